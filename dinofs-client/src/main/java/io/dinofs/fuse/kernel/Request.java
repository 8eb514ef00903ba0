package io.dinofs.fuse.kernel;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.Caller;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A request as the kernel laid it out; the same object and memory for one after the other. For one
 * thread.
 *
 * <p>Layout: {@code struct fuse_in_header}, then the fixed part of the operation, whose offsets the
 * methods here count from its start, then names or data.
 */
final class Request {
  static final int HEADER_BYTES = 40;

  /** Where the data of a write are. */
  private static final int WRITE_DATA_OFFSET = HEADER_BYTES + 40;

  private static final int OPCODE = 4;
  private static final int UNIQUE = 8;
  private static final int NODE = 16;
  private static final int UID = 24;
  private static final int GID = 28;
  private static final int PID = 32;

  private final NativeBuffer buffer;
  private final ByteBuffer bytes;

  private int length;
  private Opcode opcode;
  private InodeId inode = InodeId.ROOT;

  /** Where the next name or the data start. */
  private int cursor;

  /**
   * @param maxWriteBytes the most data of a write
   */
  Request(int maxWriteBytes) {
    buffer = NativeBuffer.allocate(WRITE_DATA_OFFSET + maxWriteBytes, WRITE_DATA_OFFSET);
    bytes = buffer.bytes();
  }

  /** Takes the next request. */
  NativeBuffer buffer() {
    return buffer;
  }

  /**
   * A request of {@code bytes} is in the buffer.
   *
   * @return whether it has a header, and the length that the header says
   */
  boolean accept(int bytesReceived) {
    length = bytesReceived;
    if (length < HEADER_BYTES || bytes.getInt(0) != length) {
      return false;
    }
    opcode = Opcode.of(bytes.getInt(OPCODE));
    inode = new InodeId(bytes.getLong(NODE));
    cursor = HEADER_BYTES + (opcode == null ? 0 : opcode.fixedBytes());
    return true;
  }

  /** Whether the fixed part of the operation is all there. */
  boolean isComplete() {
    return cursor <= length;
  }

  /** Null if it is an unknown one. */
  Opcode opcode() {
    return opcode;
  }

  long unique() {
    return bytes.getLong(UNIQUE);
  }

  /** The inode that the request is about; for requests about a name, its directory. */
  InodeId inode() {
    return inode;
  }

  /** Who asks, as the kernel says, with a umask that is still to be applied. */
  Caller caller(int umask) {
    return new Caller(bytes.getInt(UID), bytes.getInt(GID), bytes.getInt(PID), umask);
  }

  int getInt(int offset) {
    return bytes.getInt(HEADER_BYTES + offset);
  }

  long getLong(int offset) {
    return bytes.getLong(HEADER_BYTES + offset);
  }

  /** Goes back to the first name, as if nothing had been read yet. */
  void rewind() {
    cursor = HEADER_BYTES + opcode.fixedBytes();
  }

  /**
   * Makes the fixed part longer, as a negotiated ability has it.
   *
   * @throws DinofsException INVALID if the request is not that long
   */
  void extend(int moreBytes) throws DinofsException {
    require(moreBytes);
    cursor += moreBytes;
  }

  /**
   * The next string, up to its NUL.
   *
   * @throws DinofsException INVALID if it has none
   */
  Bytes string() throws DinofsException {
    for (int end = cursor; end < length; end++) {
      if (bytes.get(end) == 0) {
        byte[] string = new byte[end - cursor];
        bytes.get(cursor, string);
        cursor = end + 1;
        return Bytes.wrap(string);
      }
    }
    throw new DinofsException(ErrorKind.INVALID, opcode + " with a string without an end");
  }

  /**
   * The next string as a name.
   *
   * @throws DinofsException NAME_TOO_LONG, INVALID
   */
  Name name() throws DinofsException {
    return name(string());
  }

  /**
   * @throws DinofsException NAME_TOO_LONG, INVALID
   */
  static Name name(Bytes string) throws DinofsException {
    if (string.length() > Name.MAX_BYTES) {
      throw new DinofsException(ErrorKind.NAME_TOO_LONG, "a name of " + string.length() + " bytes");
    }
    try {
      return new Name(string);
    } catch (IllegalArgumentException e) {
      throw new DinofsException(ErrorKind.INVALID, e.getMessage(), e);
    }
  }

  /**
   * The next {@code count} bytes, without a copy: valid until the next request.
   *
   * @throws DinofsException INVALID if there are not that many
   */
  ByteBuffer data(int count) throws DinofsException {
    require(count);
    ByteBuffer data = bytes.slice(cursor, count).order(ByteOrder.nativeOrder());
    cursor += count;
    return data;
  }

  private void require(int count) throws DinofsException {
    if (count < 0 || count > length - cursor) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "%s with %d bytes, not %d"
              .formatted(opcode, length - cursor, Integer.toUnsignedLong(count)));
    }
  }
}
