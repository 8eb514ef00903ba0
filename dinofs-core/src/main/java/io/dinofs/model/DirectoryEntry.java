package io.dinofs.model;

import java.nio.ByteBuffer;

/**
 * The value of a record of kind {@link RecordKind#ENTRY}: which inode the name stands for, and of
 * which type.
 */
public record DirectoryEntry(InodeId child, FileType type) {
  private static final byte FORMAT = 1;
  private static final int BYTES = 10;

  /** Format version (1 byte), child (8 bytes, big endian), type (1 byte). */
  public Bytes encode() {
    byte[] encoded = new byte[BYTES];
    ByteBuffer.wrap(encoded).put(FORMAT).putLong(child.value()).put((byte) type.code());
    return Bytes.wrap(encoded);
  }

  /**
   * @throws CorruptRecordException if the bytes are not an entry of this format
   */
  public static DirectoryEntry decode(Bytes encoded) throws CorruptRecordException {
    ByteBuffer in = encoded.asBuffer();
    if (in.remaining() != BYTES || in.get() != FORMAT) {
      throw new CorruptRecordException("not a directory entry: " + encoded.toHex());
    }
    InodeId child = new InodeId(in.getLong());
    byte code = in.get();
    FileType type =
        FileType.ofCode(code)
            .orElseThrow(
                () -> new CorruptRecordException("a directory entry of unknown type " + code));
    return new DirectoryEntry(child, type);
  }
}
