package io.dinofs.client;

import java.net.URI;
import picocli.CommandLine.Option;

/** Which blob server a command uses. */
final class BlobOptions {
  @Option(
      names = "--blobs",
      paramLabel = "URL",
      description = "The blob server. Default: " + Options.DEFAULT_BLOBS)
  private String blobs = Options.DEFAULT_BLOBS;

  BlobOptions() {}

  /**
   * @throws IllegalArgumentException if it is not http://HOST:PORT
   */
  URI url() {
    return Options.url(blobs);
  }
}
