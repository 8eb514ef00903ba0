package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds a directory for one user of it, in this process and among all processes. The lock goes with
 * the process, however it ends.
 */
public final class DirectoryLock implements AutoCloseable {
  private static final String FILE_NAME = "lock";

  /**
   * The directories that this process holds, by real path. Without it a second attempt would open
   * and close the lock file, and closing any descriptor of a file gives up the process's locks on
   * it: fcntl(2).
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the directory by locking the file {@code lock} in it.
   *
   * @param directory must exist
   * @throws DinofsException BUSY if someone has it, IO
   */
  public static DirectoryLock acquire(Path directory) throws DinofsException {
    Path real;
    try {
      real = directory.toRealPath();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot use " + directory + ": " + e.getMessage(), e);
    }
    if (!HELD.add(real)) {
      throw busy(directory, ProcessHandle.current().pid() + ", which is this one");
    }
    try {
      return new DirectoryLock(real, lock(real));
    } catch (DinofsException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws DinofsException {
    Path file = directory.resolve(FILE_NAME);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        String pid = ProcessHandle.current().pid() + "\n";
        channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      closeAfter(e, channel);
      throw new DinofsException(ErrorKind.IO, "cannot lock " + file + ": " + e.getMessage(), e);
    }
    throw busy(directory, holder(file));
  }

  private static void closeAfter(IOException failure, FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }
  }

  private static String holder(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }

  private static DinofsException busy(Path directory, String holder) {
    return new DinofsException(ErrorKind.BUSY, directory + " is in use by process " + holder);
  }

  /**
   * Gives the directory back; a second call does nothing.
   *
   * @throws DinofsException IO
   */
  @Override
  public void close() throws DinofsException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot unlock " + directory + ": " + e.getMessage(), e);
    } finally {
      HELD.remove(directory);
    }
  }
}
