package io.dinofs.model;

import java.nio.ByteBuffer;

/** The value of a record of kind {@link RecordKind#COUNTER}: 8 bytes, big endian. */
public record Counter(long value) {
  public Bytes encode() {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws CorruptRecordException if these are not 8 bytes
   */
  public static Counter decode(Bytes encoded) throws CorruptRecordException {
    if (encoded.length() != Long.BYTES) {
      throw new CorruptRecordException("not a counter: " + encoded.toHex());
    }
    return new Counter(encoded.asBuffer().getLong());
  }
}
