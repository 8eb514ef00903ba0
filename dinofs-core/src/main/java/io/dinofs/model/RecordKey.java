package io.dinofs.model;

import java.nio.ByteBuffer;

/**
 * The key of a record: inode (8 bytes, big endian), kind (1 byte), name (0 to 255 bytes).
 *
 * <p>Keys are ordered as their encodings are, so the entries of a directory stand together in the
 * order of their names.
 *
 * @param name empty unless {@link RecordKind#isNamed}
 */
public record RecordKey(InodeId inode, RecordKind kind, Bytes name)
    implements Comparable<RecordKey> {
  public static final int MAX_NAME_BYTES = 255;
  private static final int PREFIX_BYTES = 9;
  public static final int MAX_BYTES = PREFIX_BYTES + MAX_NAME_BYTES;

  /**
   * @throws IllegalArgumentException if a name is missing, too long, or there where none belongs
   */
  public RecordKey {
    if (name.isEmpty() == kind.isNamed() || name.length() > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "not a name for a record of kind " + kind + ": " + name.length() + " bytes");
    }
  }

  public static RecordKey attributes(InodeId inode) {
    return new RecordKey(inode, RecordKind.ATTRIBUTES, Bytes.EMPTY);
  }

  public static RecordKey data(InodeId inode) {
    return new RecordKey(inode, RecordKind.DATA, Bytes.EMPTY);
  }

  public static RecordKey entry(InodeId directory, Name name) {
    return new RecordKey(directory, RecordKind.ENTRY, name.bytes());
  }

  public static RecordKey parent(InodeId directory) {
    return new RecordKey(directory, RecordKind.PARENT, Bytes.EMPTY);
  }

  public static RecordKey xattr(InodeId inode, Bytes name) {
    return new RecordKey(inode, RecordKind.XATTR, name);
  }

  public static RecordKey counter(String name) {
    return new RecordKey(InodeId.VOLUME, RecordKind.COUNTER, Bytes.utf8(name));
  }

  public static RecordKey keys() {
    return new RecordKey(InodeId.VOLUME, RecordKind.KEYS, Bytes.EMPTY);
  }

  /** The encoded form, which sorts as the key does. */
  public Bytes encode() {
    byte[] encoded = new byte[PREFIX_BYTES + name.length()];
    ByteBuffer.wrap(encoded).putLong(inode.value()).put(kind.code()).put(name.asBuffer());
    return Bytes.wrap(encoded);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptRecordException if the bytes are not a key
   */
  public static RecordKey decode(ByteBuffer encoded) throws CorruptRecordException {
    if (encoded.remaining() < PREFIX_BYTES || encoded.remaining() > MAX_BYTES) {
      throw new CorruptRecordException("a record key of " + encoded.remaining() + " bytes");
    }
    InodeId inode = new InodeId(encoded.getLong());
    byte code = encoded.get();
    RecordKind kind =
        RecordKind.ofCode(code)
            .orElseThrow(() -> new CorruptRecordException("a record of unknown kind " + code));
    Bytes name = Bytes.copyOf(encoded);
    encoded.position(encoded.limit());
    if (name.isEmpty() == kind.isNamed()) {
      throw new CorruptRecordException(
          "a record of kind " + kind + " with a name of " + name.length() + " bytes");
    }
    return new RecordKey(inode, kind, name);
  }

  @Override
  public int compareTo(RecordKey other) {
    int byInode = inode.compareTo(other.inode);
    if (byInode != 0) {
      return byInode;
    }
    int byKind = Byte.compare(kind.code(), other.kind.code());
    return byKind != 0 ? byKind : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return inode + ":" + (char) kind.code() + (kind.isNamed() ? ":" + name : "");
  }
}
