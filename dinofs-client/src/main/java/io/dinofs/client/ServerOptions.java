package io.dinofs.client;

import io.dinofs.config.HostAndPort;
import java.net.URI;
import java.time.Duration;
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
   * @throws IllegalArgumentException if it is not http://HOST:PORT
   */
  URI blobs() {
    return blobs.url();
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return metadata.timeout();
  }
}
