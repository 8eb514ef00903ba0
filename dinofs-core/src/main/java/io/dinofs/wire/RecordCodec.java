package io.dinofs.wire;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VolumeScan;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Keys and records on the wire. */
final class RecordCodec {
  /** Inode, kind and the name's length. */
  static final int MIN_KEY_BYTES = 10;

  private static final int MIN_RECORD_BYTES = MIN_KEY_BYTES + Long.BYTES;

  /** Twice what the longest page has: a record on the heap is larger than on the wire. */
  private static final int MAX_RECORDS =
      2 * Math.max(VersionedStore.MAX_LIST_LIMIT, VolumeScan.MAX_PAGE_RECORDS);

  private RecordCodec() {}

  static void writeKey(RecordKey key, ByteBuf out) {
    out.writeLong(key.inode().value()).writeByte(key.kind().code());
    writeName(key.name(), out);
  }

  static RecordKey readKey(ByteBuf in) {
    InodeId inode = new InodeId(in.readLong());
    RecordKind kind = readKind(in);
    return new RecordKey(inode, kind, readName(in));
  }

  static RecordKind readKind(ByteBuf in) {
    byte code = in.readByte();
    return RecordKind.ofCode(code)
        .orElseThrow(() -> new IllegalArgumentException("a record of unknown kind " + code));
  }

  /** A name is at most 255 bytes long, so that one byte holds its length. */
  static void writeName(Bytes name, ByteBuf out) {
    out.writeByte(name.length()).writeBytes(name.asBuffer());
  }

  static Bytes readName(ByteBuf in) {
    return Fields.take(in, in.readUnsignedByte());
  }

  static void writeRecords(List<VersionedRecord> records, ByteBuf out) {
    out.writeInt(records.size());
    for (VersionedRecord record : records) {
      writeKey(record.key(), out);
      out.writeLong(record.version().value());
      record.value().ifPresent(value -> Fields.writeBytes(value, out));
    }
  }

  static List<VersionedRecord> readRecords(ByteBuf in) {
    int count = Fields.readCount(in, MAX_RECORDS, MIN_RECORD_BYTES);
    List<VersionedRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      RecordKey key = readKey(in);
      Version version = Fields.readVersion(in);
      Optional<Bytes> value =
          version.equals(Version.ABSENT)
              ? Optional.empty()
              : Optional.of(Fields.readBytes(in, VersionedRecord.MAX_VALUE_BYTES));
      records.add(new VersionedRecord(key, version, value));
    }
    return records;
  }
}
