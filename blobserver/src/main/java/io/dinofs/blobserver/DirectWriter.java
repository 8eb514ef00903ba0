package io.dinofs.blobserver;

import com.sun.nio.file.ExtendedOpenOption;
import io.dinofs.store.disk.BlockFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes past the page cache, a buffer at a time; what is no whole block at the end of the file
 * goes through it, since the disk takes nothing smaller.
 */
final class DirectWriter implements DraftWriter {
  private final Path file;
  private final DirectBuffers buffers;
  private final FileChannel channel;

  /** Null once it is given back. */
  private ByteBuffer buffer;

  /**
   * @param buffer one of {@code buffers}, which gets it back when this is closed, or at once if
   *     this fails
   */
  DirectWriter(Path file, ByteBuffer buffer, DirectBuffers buffers) throws IOException {
    this.file = file;
    this.buffers = buffers;
    this.buffer = buffer;
    try {
      channel = FileChannel.open(file, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT);
    } catch (IOException e) {
      buffers.giveBack(buffer);
      throw e;
    }
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int length = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
      if (!buffer.hasRemaining()) {
        buffer.flip();
        drain();
        buffer.clear();
      }
    }
  }

  private void drain() throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  @Override
  public void finish() throws IOException {
    int rest = buffer.position();
    int wholeBlocks = rest - rest % BlockFile.BLOCK_BYTES;
    buffer.flip().limit(wholeBlocks);
    drain();
    buffer.limit(rest);
    if (buffer.hasRemaining()) {
      long end = channel.position();
      try (FileChannel cached = FileChannel.open(file, StandardOpenOption.WRITE)) {
        while (buffer.hasRemaining()) {
          end += cached.write(buffer, end);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (buffer != null) {
      buffers.giveBack(buffer);
      buffer = null;
      channel.close();
    }
  }
}
