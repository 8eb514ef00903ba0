package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How {@link VersionedStoreWrapper} writes byte strings and records: each with its length before
 * it, big endian.
 */
final class StoreEncoding {
  private static final int RECORD_BYTES = Integer.BYTES + Long.BYTES + 1 + Integer.BYTES;

  private StoreEncoding() {}

  static int size(Bytes bytes) {
    return Integer.BYTES + bytes.length();
  }

  static void put(ByteBuffer out, Bytes bytes) {
    out.putInt(bytes.length());
    bytes.writeTo(out);
  }

  static Bytes getBytes(ByteBuffer in) throws CorruptRecordException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new CorruptRecordException(
          "a length of " + length + " with " + in.remaining() + " bytes left");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.wrap(bytes);
  }

  static int size(VersionedRecord record) {
    int keyBytes = Long.BYTES + 1 + record.key().name().length();
    return RECORD_BYTES + keyBytes + record.value().map(Bytes::length).orElse(0);
  }

  static int size(List<VersionedRecord> records) {
    return records.stream().mapToInt(StoreEncoding::size).sum();
  }

  static void put(ByteBuffer out, VersionedRecord record) {
    put(out, record.key().encode());
    out.putLong(record.version().value());
    out.put((byte) (record.isPresent() ? 1 : 0));
    put(out, record.value().orElse(Bytes.EMPTY));
  }

  static VersionedRecord getRecord(ByteBuffer in) throws CorruptRecordException {
    RecordKey key = RecordKey.decode(getBytes(in).asBuffer());
    long version = in.getLong();
    boolean present = in.get() != 0;
    Bytes value = getBytes(in);
    return present
        ? VersionedRecord.present(key, new Version(version), value)
        : VersionedRecord.absent(key);
  }
}
