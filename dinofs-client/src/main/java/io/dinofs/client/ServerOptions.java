package io.dinofs.client;

import io.dinofs.config.HostAndPort;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How a command reaches the servers. */
final class ServerOptions {
  @Option(
      names = "--metadata",
      paramLabel = "HOST:PORT",
      description = "The metadata server. Default: " + Options.DEFAULT_METADATA)
  private String metadata = Options.DEFAULT_METADATA;

  @Option(
      names = "--blobs",
      paramLabel = "URL",
      description = "The blob server. Default: " + Options.DEFAULT_BLOBS)
  private String blobs = Options.DEFAULT_BLOBS;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long a server is waited for. Default: " + Options.DEFAULT_TIMEOUT_SECONDS)
  private long timeout = Options.DEFAULT_TIMEOUT_SECONDS;

  ServerOptions() {}

  /**
   * @throws IllegalArgumentException if it is not an address
   */
  HostAndPort metadata() {
    return HostAndPort.parse(metadata);
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
    return Options.timeout(timeout);
  }
}
