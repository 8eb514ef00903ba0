package io.dinofs.tls;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a server speaks TLS 1.2 and 1.3. Its files are read anew when they have changed: connections
 * that begin later get the new certificate, those that are open stay. Files that cannot be used
 * then leave the ones before in force.
 *
 * <p>Safe for any number of threads.
 */
public final class ServerTls {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long HANDSHAKE_LIMIT_SECONDS = 10;
  static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  private final Pems files;
  private final SslProvider provider;

  private volatile SslContext context;
  private List<FileTime> changed; // guarded by this
  private volatile long lookedNanos;

  /** What is in the files; {@code clients} empty if anybody may connect. */
  private record Pems(Path certificate, Path key, Optional<Path> clients) {
    List<FileTime> changed() throws IOException {
      List<FileTime> times = new ArrayList<>();
      times.add(Files.getLastModifiedTime(certificate));
      times.add(Files.getLastModifiedTime(key));
      if (clients.isPresent()) {
        times.add(Files.getLastModifiedTime(clients.get()));
      }
      return times;
    }
  }

  private ServerTls(Pems files, SslProvider provider) throws DinofsException {
    this.files = files;
    this.provider = provider;
    this.lookedNanos = System.nanoTime();
    try {
      this.changed = files.changed();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.NOT_FOUND, "cannot find " + e.getMessage(), e);
    }
    this.context = read();
  }

  /**
   * @param certificate the server's, and behind it those between it and its authority
   * @param key the certificate's, PKCS #8, without a password
   * @param clients authorities; only who has a certificate of theirs may connect. Empty for anybody
   * @throws DinofsException NOT_FOUND, INVALID; names the file
   */
  public static ServerTls open(Path certificate, Path key, Optional<Path> clients)
      throws DinofsException {
    return open(certificate, key, clients, Implementation.chosen());
  }

  static ServerTls open(Path certificate, Path key, Optional<Path> clients, SslProvider provider)
      throws DinofsException {
    return new ServerTls(new Pems(certificate, key, clients), provider);
  }

  /** Whether only those may connect who have a certificate of a known authority. */
  public boolean knowsClients() {
    return files.clients().isPresent();
  }

  /** What stands first in the pipeline of a connection. */
  public SslHandler handler(ByteBufAllocator allocator) {
    if (System.nanoTime() - lookedNanos > LOOK_NANOS) {
      look();
    }
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeout(HANDSHAKE_LIMIT_SECONDS, TimeUnit.SECONDS);
    return handler;
  }

  private synchronized void look() {
    lookedNanos = System.nanoTime();
    try {
      List<FileTime> now = files.changed();
      if (!now.equals(changed)) {
        changed = now;
        context = read();
        LOG.info("new connections get the certificate that is now in {}", files.certificate());
      }
    } catch (IOException e) {
      LOG.warn("the certificate in force stays in force: {}", e.getMessage());
    }
  }

  private SslContext read() throws DinofsException {
    Pem.Identity own = Pem.identity(files.certificate(), files.key());
    SslContextBuilder builder = SslContextBuilder.forServer(own.key(), own.chain());
    if (files.clients().isPresent()) {
      builder.trustManager(Pem.certificates(files.clients().get())).clientAuth(ClientAuth.REQUIRE);
    }
    return Pem.build(builder.sslProvider(provider).protocols(PROTOCOLS), files.certificate());
  }
}
