package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A request, put together as {@code fuse.h} lays it out. */
final class RequestBytes {
  static final int UID = 1000;
  static final int GID = 1001;

  /** Room for everything but the data of a large write. */
  private static final int SMALL_BYTES = 4096;

  private ByteBuffer bytes = ByteBuffer.allocate(SMALL_BYTES).order(ByteOrder.nativeOrder());

  private RequestBytes(int opcode, long unique, InodeId inode) {
    bytes.putInt(0).putInt(opcode).putLong(unique).putLong(inode.value());
    bytes.putInt(UID).putInt(GID).putInt(0).putInt(0);
  }

  static RequestBytes of(Opcode opcode, long unique, InodeId inode) {
    return new RequestBytes(opcode.number(), unique, inode);
  }

  static RequestBytes of(int opcode, long unique, InodeId inode) {
    return new RequestBytes(opcode, unique, inode);
  }

  /** From another user than {@link #UID}. */
  RequestBytes by(int uid, int gid) {
    bytes.putInt(24, uid).putInt(28, gid);
    return this;
  }

  /** {@code count} zero bytes, to be filled by {@link #setInt} and {@link #setLong}. */
  RequestBytes fixed(int count) {
    bytes.put(new byte[count]);
    return this;
  }

  /**
   * @param offset from the end of the header
   */
  RequestBytes setInt(int offset, int value) {
    bytes.putInt(Request.HEADER_BYTES + offset, value);
    return this;
  }

  /**
   * @param offset from the end of the header
   */
  RequestBytes setLong(int offset, long value) {
    bytes.putLong(Request.HEADER_BYTES + offset, value);
    return this;
  }

  RequestBytes string(String text) {
    bytes.put(text.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
    return this;
  }

  RequestBytes data(byte[] data) {
    if (data.length > bytes.remaining()) {
      ByteBuffer larger = ByteBuffer.allocate(bytes.position() + data.length);
      bytes = larger.order(ByteOrder.nativeOrder()).put(bytes.flip());
    }
    bytes.put(data);
    return this;
  }

  /** The whole request, with its length in the header. */
  byte[] toArray() {
    bytes.putInt(0, bytes.position());
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
