package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second server off a directory, for as long as this process lives or until it is closed.
 */
final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws DinofsException BUSY if another server has the directory
   */
  static DirectoryLock take(Path directory) throws DinofsException, IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      FileLock lock = channel.tryLock();
      taken = lock != null;
    } catch (OverlappingFileLockException e) {
      throw busy(directory, e);
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    if (!taken) {
      throw busy(directory, null);
    }
    return new DirectoryLock(channel);
  }

  private static DinofsException busy(Path directory, Throwable cause) {
    return new DinofsException(
        ErrorKind.BUSY, directory + " is in use by another metadata server", cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
