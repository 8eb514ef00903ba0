package io.dinofs.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A part of a file, which goes from the page cache to a socket without a copy in this process; or,
 * where that cannot be, is read into memory with a single one. Left to itself, Netty's is read in
 * pieces of 8 KiB, and copied twice.
 */
public final class ReadableRegion extends DefaultFileRegion {
  private final FileChannel file;

  /**
   * @param file closed when this is released
   */
  public ReadableRegion(FileChannel file, long position, long count) {
    super(file, position, count);
    this.file = file;
  }

  /**
   * Reads some of it.
   *
   * @param from counts from the region's start
   * @param length at most
   * @return how many bytes were read, at least 1
   * @throws EOFException if the file is shorter than it was said to be
   */
  int read(ByteBuf to, long from, int length) throws IOException {
    int read = to.writeBytes(file, position() + from, length);
    if (read <= 0) {
      throw new EOFException("the file ends early");
    }
    return read;
  }
}
