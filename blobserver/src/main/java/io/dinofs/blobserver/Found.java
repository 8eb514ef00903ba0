package io.dinofs.blobserver;

import io.netty.buffer.ByteBuf;
import java.nio.channels.FileChannel;

/** What a look for a blob, or a part of it, brought. Who has it gives its buffer or file back. */
sealed interface Found {
  /** There is no such blob (yet). */
  record Absent() implements Found {}

  /** The blob is there, and no byte of it lies in the range. */
  record OutOfRange(long size) implements Found {}

  /**
   * @param part what to send
   * @param partial whether a range was asked for
   * @param size bytes of the whole blob
   */
  record InMemory(ByteBuf bytes, ByteRange.Part part, boolean partial, long size)
      implements Found {}

  /** As {@link InMemory}, too large to be read ahead. */
  record OnDisk(FileChannel file, ByteRange.Part part, boolean partial, long size)
      implements Found {}

  default void giveBack() {
    if (this instanceof InMemory inMemory) {
      inMemory.bytes().release();
    } else if (this instanceof OnDisk onDisk) {
      Blobs.close(onDisk.file());
    }
  }
}
