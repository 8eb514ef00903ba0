package io.dinofs.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that was ever committed, so that a read can be compared with the commit that it shows. */
final class VolumeHistory implements VersionedStore.CommitListener {
  /** The states of each record by commit; guarded by this. */
  private final TreeMap<RecordKey, TreeMap<Long, VersionedRecord>> records = new TreeMap<>();

  @Override
  public synchronized void committed(CommittedChange change) {
    for (VersionedRecord record : change.records()) {
      records
          .computeIfAbsent(record.key(), key -> new TreeMap<>())
          .put(change.number().value(), record);
    }
  }

  @Override
  public void reset(CommitNumber at) {}

  /** A record as it was at a commit; of one that was never written since the start, absent. */
  synchronized VersionedRecord at(CommitNumber number, RecordKey key) {
    TreeMap<Long, VersionedRecord> states = records.get(key);
    Map.Entry<Long, VersionedRecord> state =
        states == null ? null : states.floorEntry(number.value());
    return state == null ? VersionedRecord.absent(key) : state.getValue();
  }

  void check(Snapshot snapshot, String hint) {
    for (VersionedRecord record : snapshot.records()) {
      assertEquals(
          at(snapshot.at(), record.key()), record, () -> "at " + snapshot.at() + ", " + hint);
    }
  }

  synchronized void check(Listing page, Range range, String hint) {
    List<VersionedRecord> expected = new ArrayList<>();
    for (RecordKey key : records.keySet()) {
      if (range.contains(key)) {
        VersionedRecord record = at(page.at(), key);
        if (record.isPresent()) {
          expected.add(record);
        }
      }
    }
    int size = page.records().size();
    assertTrue(size <= expected.size(), () -> "at " + page.at() + ", " + hint);
    assertEquals(expected.subList(0, size), page.records(), () -> "at " + page.at() + ", " + hint);
    assertEquals(size < expected.size(), page.more(), () -> "at " + page.at() + ", " + hint);
    check(new Snapshot(page.at(), page.attributes()), hint);
  }

  /** The records of one kind of an inode behind a name. */
  record Range(RecordKey first, Bytes after) {
    boolean contains(RecordKey key) {
      return key.inode().equals(first.inode())
          && key.kind() == first.kind()
          && key.name().compareTo(after) > 0;
    }
  }
}
