package io.dinofs.fuse.kernel;

import io.dinofs.fuse.linux.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory that Java and the kernel both write to.
 *
 * @param bytes all of it, in the machine's byte order
 * @param address of the first byte; valid while {@code bytes} is reachable
 */
record NativeBuffer(ByteBuffer bytes, long address) {
  private static final int PAGE_BYTES = 4096;

  /** Zeroed memory of which the byte at {@code alignedOffset} is the first of a page. */
  static NativeBuffer allocate(int capacity, int alignedOffset) {
    ByteBuffer memory = ByteBuffer.allocateDirect(capacity + PAGE_BYTES);
    int misplaced = (int) ((Native.addressOf(memory) + alignedOffset) & (PAGE_BYTES - 1));
    ByteBuffer bytes = memory.slice(misplaced == 0 ? 0 : PAGE_BYTES - misplaced, capacity);
    bytes.order(ByteOrder.nativeOrder());
    return new NativeBuffer(bytes, Native.addressOf(bytes));
  }

  int capacity() {
    return bytes.capacity();
  }
}
