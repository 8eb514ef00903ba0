package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.VersionedRecord;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The records that have changed since a checkpoint, removed ones as absent, each with all its
 * states, so that a reader sees them as of one commit. Written by one thread at a time, read by any
 * number.
 */
final class MemTable {
  /**
   * What an entry of the map, a cell, a record and its parts need in the heap beside key and value.
   */
  private static final int CELL_BYTES = 250;

  private final ConcurrentNavigableMap<Bytes, Cell> cells = new ConcurrentSkipListMap<>();

  private final AtomicLong bytes = new AtomicLong();

  /** Written by the writer. */
  private volatile CommitNumber last = CommitNumber.NONE;

  private record Cell(VersionedRecord record, long number, Cell older) {}

  /** Applies a commit, which is later than all before. */
  void apply(JournaledCommit commit) {
    long added = 0;
    for (VersionedRecord record : commit.records()) {
      Bytes key = record.key().encode();
      cells.put(key, new Cell(record, commit.number().value(), cells.get(key)));
      added += CELL_BYTES + key.length() + record.value().map(Bytes::length).orElse(0);
    }
    bytes.addAndGet(added);
    last = commit.number();
  }

  /** The record as of {@code at}; empty if it had not changed by then. */
  Optional<VersionedRecord> read(Bytes key, CommitNumber at) {
    return stateAt(cells.get(key), at);
  }

  private static Optional<VersionedRecord> stateAt(Cell newest, CommitNumber at) {
    Cell cell = newest;
    while (cell != null && cell.number() > at.value()) {
      cell = cell.older();
    }
    return cell == null ? Optional.empty() : Optional.of(cell.record());
  }

  /** The records with keys from {@code from} on, in order, as of {@code at}. */
  RecordCursor scan(Bytes from, CommitNumber at) {
    var entries = cells.tailMap(from, true).entrySet().iterator();
    return new RecordCursor() {
      private Bytes key;
      private VersionedRecord record;

      @Override
      public boolean next() {
        while (entries.hasNext()) {
          Map.Entry<Bytes, Cell> entry = entries.next();
          Optional<VersionedRecord> state = stateAt(entry.getValue(), at);
          if (state.isPresent()) {
            key = entry.getKey();
            record = state.get();
            return true;
          }
        }
        return false;
      }

      @Override
      public Bytes key() {
        return key;
      }

      @Override
      public VersionedRecord record() {
        return record;
      }
    };
  }

  /** The latest state of all records, in the order of their keys. */
  Iterable<VersionedRecord> latest() {
    return () -> cells.values().stream().map(Cell::record).iterator();
  }

  /** About how much of the heap it needs. */
  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return cells.isEmpty();
  }

  /** The newest commit in it. */
  CommitNumber last() {
    return last;
  }
}
