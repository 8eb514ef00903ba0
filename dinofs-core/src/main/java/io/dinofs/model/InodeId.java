package io.dinofs.model;

import java.nio.ByteBuffer;

/**
 * The number of an inode: unique for the life of the volume, the same on every node, shown as
 * {@code st_ino}.
 *
 * @param value an unsigned 64-bit number; 0 holds the volume's own records, 1 is the root directory
 */
public record InodeId(long value) implements Comparable<InodeId> {
  /** Holds the records of the volume itself; never a file. */
  public static final InodeId VOLUME = new InodeId(0);

  public static final InodeId ROOT = new InodeId(1);

  /** 8 bytes, big endian: the value of a record of kind {@link RecordKind#PARENT}. */
  public Bytes encode() {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptRecordException if these are not 8 bytes
   */
  public static InodeId decode(Bytes encoded) throws CorruptRecordException {
    if (encoded.length() != Long.BYTES) {
      throw new CorruptRecordException("not an inode number: " + encoded.toHex());
    }
    return new InodeId(encoded.asBuffer().getLong());
  }

  @Override
  public int compareTo(InodeId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
