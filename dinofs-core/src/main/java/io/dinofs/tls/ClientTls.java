package io.dinofs.tls;

import io.dinofs.model.DinofsException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.FingerprintTrustManagerFactory;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How a node speaks TLS 1.2 and 1.3 with the servers: whom it trusts, and what it shows of itself.
 * Safe for any number of threads.
 */
public final class ClientTls {
  private static final long HANDSHAKE_LIMIT_SECONDS = 10;

  /** RFC 2818: the certificate has to name the host that was asked for. */
  private static final String SAME_HOST = "HTTPS";

  /** For who writes to a socket, or is a client of the JDK. */
  private final SSLContext context;

  private final SslContext pipelines;
  private final String hostCheck;

  private ClientTls(SSLContext context, SslContext pipelines, String hostCheck) {
    this.context = context;
    this.pipelines = pipelines;
    this.hostCheck = hostCheck;
  }

  /** What a node shows of itself: a certificate and its key, PKCS #8 without a password. */
  public record Identity(Path certificate, Path key) {}

  /**
   * Trusts servers whose certificate is of an authority and names their host.
   *
   * @param authorities a file of one or more certificates
   * @throws DinofsException NOT_FOUND, INVALID; names the file
   */
  public static ClientTls trusting(Path authorities, Optional<Identity> identity)
      throws DinofsException {
    return trusting(authorities, identity, Implementation.chosen());
  }

  static ClientTls trusting(Path authorities, Optional<Identity> identity, SslProvider provider)
      throws DinofsException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .trustManager(Pem.certificates(authorities));
    return of(builder, SAME_HOST, identity, authorities);
  }

  /**
   * Trusts the servers that have one certificate, whoever it names and however old it is.
   *
   * @param fingerprint SHA-256 of the certificate, in hex, with or without colons
   * @throws DinofsException NOT_FOUND, INVALID
   * @throws IllegalArgumentException if it is no such fingerprint
   */
  public static ClientTls pinned(String fingerprint, Optional<Identity> identity)
      throws DinofsException {
    return pinned(fingerprint, identity, Implementation.chosen());
  }

  static ClientTls pinned(String fingerprint, Optional<Identity> identity, SslProvider provider)
      throws DinofsException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(provider)
            .trustManager(
                FingerprintTrustManagerFactory.builder("SHA-256")
                    .fingerprints(fingerprint)
                    .build());
    return of(builder, null, identity, Path.of(fingerprint));
  }

  private static ClientTls of(
      SslContextBuilder builder, String hostCheck, Optional<Identity> identity, Path source)
      throws DinofsException {
    if (identity.isPresent()) {
      Pem.Identity own = Pem.identity(identity.get().certificate(), identity.get().key());
      builder.keyManager(own.key(), own.chain());
    }
    builder.protocols(ServerTls.PROTOCOLS).endpointIdentificationAlgorithm(hostCheck);
    SslContext pipelines = Pem.build(builder, source);
    SslContext sockets = Pem.build(builder.sslProvider(SslProvider.JDK), source);
    return new ClientTls(((JdkSslContext) sockets).context(), pipelines, hostCheck);
  }

  /**
   * TLS over a connected socket; the handshake is done when this returns.
   *
   * @throws IOException if the server is not to be trusted, does not trust this node, speaks no
   *     TLS, or is silent for {@code limitMillis}; the socket is the caller's still
   */
  public SSLSocket over(Socket connected, String host, int port, int limitMillis)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(connected, host, port, false);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(ServerTls.PROTOCOLS);
    parameters.setEndpointIdentificationAlgorithm(hostCheck);
    socket.setSSLParameters(parameters);
    connected.setSoTimeout(limitMillis);
    socket.startHandshake();
    connected.setSoTimeout(0);
    return socket;
  }

  /** For clients of the JDK. */
  public SSLContext context() {
    return context;
  }

  /** What stands first in the pipeline of a connection to that server. */
  public SslHandler handler(ByteBufAllocator allocator, String host, int port) {
    SslHandler handler = pipelines.newHandler(allocator, host, port);
    handler.setHandshakeTimeout(HANDSHAKE_LIMIT_SECONDS, TimeUnit.SECONDS);
    return handler;
  }
}
