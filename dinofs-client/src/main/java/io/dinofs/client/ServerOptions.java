package io.dinofs.client;

import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.tls.ClientTls;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** How a command reaches the servers. */
final class ServerOptions {
  @Mixin private MetadataOptions metadata;

  @Mixin private BlobOptions blobs;

  ServerOptions() {}

  /**
   * @throws IllegalArgumentException if it is not an address
   */
  HostAndPort metadata() {
    return metadata.address();
  }

  /**
   * @param tls what {@link #tls} has opened
   * @throws IllegalArgumentException if it is not http://HOST:PORT, or with TLS https://HOST:PORT
   */
  URI blobs(Optional<ClientTls> tls) {
    return blobs.url(tls);
  }

  /** As {@link MetadataOptions#tls}. */
  Optional<ClientTls> tls() throws DinofsException {
    return metadata.tls();
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return metadata.timeout();
  }
}
