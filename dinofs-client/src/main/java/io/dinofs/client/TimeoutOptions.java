package io.dinofs.client;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How patient a command is. */
final class TimeoutOptions {
  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long a server is waited for. Default: " + Options.DEFAULT_TIMEOUT_SECONDS)
  private long timeout = Options.DEFAULT_TIMEOUT_SECONDS;

  TimeoutOptions() {}

  /**
   * @throws IllegalArgumentException if it is out of range
   */
  Duration timeout() {
    return Options.timeout(timeout);
  }
}
