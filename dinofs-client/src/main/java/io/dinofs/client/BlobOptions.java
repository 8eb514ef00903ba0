package io.dinofs.client;

import io.dinofs.access.Access;
import java.net.URI;
import picocli.CommandLine.Option;

/** Which blob server a command uses. */
final class BlobOptions {
  @Option(
      names = "--blobs",
      paramLabel = "URL",
      description = "The blob server, or a bucket (s3://...). Default: " + Options.DEFAULT_BLOBS)
  private String blobs = Options.DEFAULT_BLOBS;

  BlobOptions() {}

  /**
   * @throws IllegalArgumentException as {@link Options#blobsUrl}
   */
  URI url(Access access) {
    return Options.blobsUrl(blobs, access.tls());
  }
}
