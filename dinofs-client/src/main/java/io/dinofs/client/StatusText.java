package io.dinofs.client;

import io.dinofs.client.control.MountStatus;

/** A mount's status for people. */
final class StatusText {
  private StatusText() {}

  static String of(MountStatus status) {
    StringBuilder text = new StringBuilder();
    line(text, status.mount(), "volume " + status.volume());
    line(
        text,
        "  metadata",
        "%s, %s, at commit %d%s"
            .formatted(
                status.metadataServer(),
                status.connected() ? "connected" : "not connected",
                status.commit(),
                lag(status)));
    if (status.locks() > 0) {
      line(text, "  locks", Integer.toString(status.locks()));
    }
    line(text, "  blobs", status.blobServer() + ", " + pending(status));
    line(
        text,
        "  cache",
        "%s, %s of at most %s"
            .formatted(
                status.cache(),
                ByteSize.format(status.cacheBytes()),
                ByteSize.format(status.cacheLimitBytes())));
    if (status.lostFiles() > 0) {
      line(
          text,
          "  lost+found",
          status.lostFiles() + " files could not be committed; see the README to get them back");
    }
    return text.toString();
  }

  private static String lag(MountStatus status) {
    String unapplied =
        status.lagCommits() > 0 ? ", " + status.lagCommits() + " commits not applied yet" : "";
    return status.lagMillis() == null
        ? unapplied
        : unapplied + ", up to date " + status.lagMillis() + " ms ago";
  }

  private static String pending(MountStatus status) {
    if (status.pendingBlobs() == 0) {
      return "everything is there";
    }
    return "%d blobs of %s are not there yet, the oldest since %s"
        .formatted(
            status.pendingBlobs(), ByteSize.format(status.pendingBytes()), status.pendingSince());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-12s %s%n".formatted(name, value));
  }
}
