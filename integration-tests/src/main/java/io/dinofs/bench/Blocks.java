package io.dinofs.bench;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Contents to write, of which no two blocks are equal: a file system that compresses, or stores
 * equal contents once, gains nothing. Not safe for use by several threads.
 */
final class Blocks {
  static final int BLOCK_BYTES = 4096;
  static final int MAX_BYTES = 1 << 20;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
  private long next;

  Blocks(long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[MAX_BYTES];
    random.nextBytes(bytes);
    buffer.put(bytes);
    next = random.nextLong();
  }

  /** Returns the next {@code bytes} bytes, in a buffer that the next call uses again. */
  ByteBuffer next(int bytes) {
    for (int block = 0; block < bytes; block += BLOCK_BYTES) {
      buffer.putLong(block, next++);
    }
    return buffer.clear().limit(bytes);
  }
}
