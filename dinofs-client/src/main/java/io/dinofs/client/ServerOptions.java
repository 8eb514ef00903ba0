package io.dinofs.client;

import io.dinofs.config.HostAndPort;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command reaches the servers. */
final class ServerOptions {
  @Mixin private MetadataOptions metadata;

  @Option(
      names = "--blobs",
      paramLabel = "URL",
      description = "The blob server. Default: " + Options.DEFAULT_BLOBS)
  private String blobs = Options.DEFAULT_BLOBS;

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
    return Options.url(blobs);
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return metadata.timeout();
  }
}
