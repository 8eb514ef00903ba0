package io.dinofs.client;

import io.dinofs.access.Access;
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
   * @throws IllegalArgumentException if it is not http://HOST:PORT, or with TLS https://HOST:PORT
   */
  URI url(Access access) {
    return Options.url(blobs, access.tls());
  }
}
