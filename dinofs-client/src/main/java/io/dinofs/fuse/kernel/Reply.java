package io.dinofs.fuse.kernel;

import java.nio.ByteBuffer;

/**
 * An answer: {@code struct fuse_out_header} and a body; the same memory for one after the other.
 * For one thread.
 */
final class Reply {
  static final int HEADER_BYTES = 16;

  private final NativeBuffer buffer;

  /**
   * @param maxBodyBytes the most that a body has
   */
  Reply(int maxBodyBytes) {
    buffer = NativeBuffer.allocate(HEADER_BYTES + maxBodyBytes, HEADER_BYTES);
  }

  NativeBuffer buffer() {
    return buffer;
  }

  /** Starts an answer: its body is empty. */
  void begin() {
    buffer.bytes().clear().position(HEADER_BYTES);
  }

  /** Takes the body from its position on, in the machine's byte order. */
  ByteBuffer body() {
    return buffer.bytes();
  }

  /** As {@link #body}, with room for {@code bytes} more at most. */
  ByteBuffer body(int bytes) {
    ByteBuffer body = buffer.bytes();
    int room = bytes < 0 ? body.remaining() : Math.min(bytes, body.remaining());
    return body.limit(body.position() + room);
  }

  /**
   * Puts the header before the body, or in its place.
   *
   * @param errno OK, or the reason why there is no body
   * @return the length of the answer
   */
  int finish(long unique, int errno) {
    ByteBuffer bytes = buffer.bytes();
    int length = errno == 0 ? bytes.position() : HEADER_BYTES;
    bytes.putInt(0, length).putInt(Integer.BYTES, -errno).putLong(2 * Integer.BYTES, unique);
    return length;
  }
}
