package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
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

  @Mixin private AccessOptions access;

  MetadataOptions() {}

  /**
   * @throws IllegalArgumentException if it is not HOST:PORT
   */
  HostAndPort address() {
    return HostAndPort.parse(metadata);
  }

  /**
   * Opens the files that it names.
   *
   * @throws IllegalArgumentException if the options do not fit together
   * @throws DinofsException NOT_FOUND, INVALID for a file
   */
  Access access() throws DinofsException {
    return access.open();
  }

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return timeout.timeout();
  }
}
