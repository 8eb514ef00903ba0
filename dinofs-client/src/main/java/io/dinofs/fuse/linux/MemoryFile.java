package io.dinofs.fuse.linux;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.Closeable;

/**
 * A file in memory, memfd_create(2), that others read while this process changes it. For one thread
 * at a time.
 */
public final class MemoryFile implements Closeable {
  private static final int MFD_CLOEXEC = 1;

  private final int fd;
  private final long maxBytes;
  private long size;

  private MemoryFile(int fd, long maxBytes) {
    this.fd = fd;
    this.maxBytes = maxBytes;
  }

  /**
   * An empty one.
   *
   * @param name for /proc
   * @param maxBytes its size is never greater
   * @throws DinofsException IO
   */
  public static MemoryFile create(String name, long maxBytes) throws DinofsException {
    int fd = Native.LIBC.memfd_create(Native.cString(name), MFD_CLOEXEC);
    if (fd < 0) {
      throw new DinofsException(ErrorKind.IO, "memfd_create: errno " + Native.errno());
    }
    return new MemoryFile(fd, maxBytes);
  }

  /** Valid until it is closed. */
  public int fd() {
    return fd;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  /**
   * Cuts it off.
   *
   * @param bytes not more than it has
   * @throws DinofsException IO
   */
  public void truncate(long bytes) throws DinofsException {
    if (Native.LIBC.ftruncate(fd, bytes) != 0) {
      throw new DinofsException(ErrorKind.IO, "ftruncate: errno " + Native.errno());
    }
    size = bytes;
  }

  /**
   * Writes {@code length} bytes of memory, not behind the end but up to any place from there on.
   * Who reads never sees zeros where it grows.
   *
   * @throws DinofsException FILE_TOO_LARGE, NO_SPACE
   */
  public void write(long address, int length, long offset) throws DinofsException {
    long end = offset + length;
    if (end > maxBytes) {
      throw new DinofsException(
          ErrorKind.FILE_TOO_LARGE, end + " bytes are more than memory is taken for");
    }
    for (int done = 0; done < length; ) {
      long written = Native.LIBC.pwrite(fd, address + done, length - done, offset + done);
      if (written <= 0) {
        throw new DinofsException(ErrorKind.NO_SPACE, "pwrite: errno " + Native.errno());
      }
      done += (int) written;
    }
    size = Math.max(size, end);
  }

  /** The memory is free when nobody else has the file open any more. */
  @Override
  public void close() {
    Native.LIBC.close(fd);
  }
}
