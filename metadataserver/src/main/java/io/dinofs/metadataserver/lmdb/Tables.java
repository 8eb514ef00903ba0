package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.Optional;

/**
 * Where records are found, the newest first.
 *
 * @param active takes the commits
 * @param frozen is being written to LMDB; empty if nothing is
 */
record Tables(MemTable active, Optional<MemTable> frozen) {
  /** The record as of {@code at}. */
  VersionedRecord read(RecordKey key, CommitNumber at, RecordTable.Reading table)
      throws DinofsException {
    Bytes encoded = key.encode();
    Optional<VersionedRecord> found = active.read(encoded, at);
    if (found.isEmpty() && frozen.isPresent()) {
      found = frozen.get().read(encoded, at);
    }
    return found.isPresent() ? found.get() : table.read(key, encoded);
  }
}
