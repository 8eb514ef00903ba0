package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;

/**
 * What a record was at some commit, without its key: the half of a {@link VersionedRecord} that is
 * worth keeping, in a quarter of its heap.
 *
 * @param version 0 if the record is absent
 * @param value empty if the record is absent
 */
record RecordState(long version, Bytes value) {
  static final RecordState ABSENT = new RecordState(0, Bytes.EMPTY);

  static RecordState of(VersionedRecord record) {
    return record.isPresent()
        ? new RecordState(record.version().value(), record.value().orElseThrow())
        : ABSENT;
  }

  VersionedRecord toRecord(RecordKey key) {
    return isPresent()
        ? VersionedRecord.present(key, new Version(version), value)
        : VersionedRecord.absent(key);
  }

  boolean isPresent() {
    return version != 0;
  }

  int valueBytes() {
    return HeapCost.of(value);
  }
}
