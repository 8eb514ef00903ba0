package io.dinofs.tls;

import io.dinofs.model.DinofsException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What a server is told of TLS, and whom it may listen to without. */
public final class ServerTlsOptions {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTlsOptions.class);

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = {
        "The server's certificate, PEM; others are not spoken to without TLS then. Read anew when",
        "the file changes."
      })
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key: PEM, PKCS #8, without a password.")
  private Path key;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      description = "Only nodes that have a certificate of this authority may connect.")
  private Path clients;

  @Option(
      names = "--insecure",
      description = {
        "Listen to other machines though anybody who reaches the address may do everything, or",
        "read it on the way."
      })
  private boolean insecure;

  /** Filled by the command line. */
  public ServerTlsOptions() {}

  /**
   * The keys of a configuration file; null where a key is missing.
   *
   * @param tlsCert as {@code --tls-cert}, and so on
   */
  public record Configured(String tlsCert, String tlsKey, String tlsClientCa, Boolean insecure) {}

  /**
   * Opens the files. What the command line says has precedence.
   *
   * @param tokens whether nodes have to show tokens
   * @return empty for a server without TLS
   * @throws IllegalArgumentException if the options do not fit together, or the server would listen
   *     to other machines without knowing them; the message is for people
   * @throws DinofsException as {@link ServerTls#open}
   */
  public Optional<ServerTls> open(InetSocketAddress listen, Configured file, boolean tokens)
      throws DinofsException {
    Path cert = first(certificate, file.tlsCert());
    Path privateKey = first(key, file.tlsKey());
    Optional<Path> authority = Optional.ofNullable(first(clients, file.tlsClientCa()));
    if ((cert == null) != (privateKey == null)) {
      throw new IllegalArgumentException("--tls-cert and --tls-key belong together");
    }
    if (cert == null && authority.isPresent()) {
      throw new IllegalArgumentException("--tls-client-ca needs --tls-cert and --tls-key");
    }
    boolean known = cert != null && (authority.isPresent() || tokens);
    if (!known && !listen.getAddress().isLoopbackAddress()) {
      requireInsecure(listen, file, cert != null, tokens);
    }
    return cert == null
        ? Optional.empty()
        : Optional.of(ServerTls.open(cert, privateKey, authority));
  }

  private void requireInsecure(
      InetSocketAddress listen, Configured file, boolean encrypted, boolean tokens) {
    String address = listen.getHostString() + ":" + listen.getPort();
    if (!insecure && !Boolean.TRUE.equals(file.insecure())) {
      throw new IllegalArgumentException(
          tokens
              ? "whoever listens to "
                  + address
                  + " could take the tokens: give --tls-cert and --tls-key"
                  + " (scripts/make-certs makes them), or --insecure"
              : "whoever reaches "
                  + address
                  + " could do everything: give --tls-cert, --tls-key and --tls-client-ca"
                  + " (scripts/make-certs makes all of them) or tokens, or --insecure");
    }
    LOG.warn(
        "insecure: whoever {} {} may do everything{}",
        tokens ? "listens to" : "reaches",
        address,
        encrypted ? "" : ", and nothing is encrypted");
  }

  private static Path first(Path given, String configured) {
    return given != null || configured == null ? given : Path.of(configured);
  }
}
