package io.dinofs.blobserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Leaves the bytes to the kernel, which brings them to the disk when the file is synced. */
final class PageCacheWriter implements DraftWriter {
  private final FileChannel channel;

  PageCacheWriter(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void finish() {
    // Nothing is held back.
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
