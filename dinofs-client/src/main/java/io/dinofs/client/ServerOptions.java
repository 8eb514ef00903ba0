package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
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
   * @param access what {@link #access} has opened
   * @throws IllegalArgumentException as {@link Options#blobsUrl}
   */
  URI blobs(Access access) {
    return blobs.url(access);
  }

  /** As {@link MetadataOptions#access}. */
  Access access() throws DinofsException {
    return metadata.access();
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return metadata.timeout();
  }
}
