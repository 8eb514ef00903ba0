package io.dinofs.client;

import io.dinofs.config.HostAndPort;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command reaches the metadata server. */
final class MetadataOptions {
  @Option(
      names = "--metadata",
      paramLabel = "HOST:PORT",
      description = "The metadata server. Default: " + Options.DEFAULT_METADATA)
  private String metadata = Options.DEFAULT_METADATA;

  @Mixin private TimeoutOptions timeout;

  MetadataOptions() {}

  /**
   * @throws IllegalArgumentException if it is not HOST:PORT
   */
  HostAndPort address() {
    return HostAndPort.parse(metadata);
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return timeout.timeout();
  }
}
