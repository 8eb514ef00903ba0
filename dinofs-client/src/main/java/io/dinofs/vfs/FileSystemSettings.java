package io.dinofs.vfs;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a {@link VolumeFileSystem} works.
 *
 * @param timeout the longest that an operation is tried again, or waits for another one's commit or
 *     an upload
 * @param lostAndFound where what was written is kept if it can't be committed; made when it is
 *     needed
 * @param closeWaits whether {@link FileSystem#flush} waits for uploads as {@link FileSystem#fsync}
 *     does
 * @param accessTimes whether reading changes access times, as relatime of mount(8)
 */
public record FileSystemSettings(
    Duration timeout, Path lostAndFound, boolean closeWaits, boolean accessTimes) {
  /** Closing a file does not wait for uploads, and reading changes nothing. */
  public static FileSystemSettings writeBack(Duration timeout, Path lostAndFound) {
    return new FileSystemSettings(timeout, lostAndFound, false, false);
  }
}
