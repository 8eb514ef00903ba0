package io.dinofs.model;

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

  @Override
  public int compareTo(InodeId other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(value);
  }
}
