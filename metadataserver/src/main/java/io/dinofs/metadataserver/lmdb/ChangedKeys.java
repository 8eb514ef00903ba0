package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which records the latest commits changed, for nodes that return. Bounded by a number of keys; it
 * forgets the oldest commits. Guarded by the commit lock.
 */
final class ChangedKeys {
  private final int maxKeys;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private int keys;
  private CommitNumber floor;
  private CommitNumber newest;

  private record Entry(CommitNumber number, List<RecordKey> keys) {}

  /**
   * @param newest the newest commit so far; nothing is known of those up to it
   */
  ChangedKeys(CommitNumber newest, int maxKeys) {
    this.floor = newest;
    this.newest = newest;
    this.maxKeys = maxKeys;
  }

  /** Adds the commit that comes next. */
  void add(JournaledCommit commit) {
    Entry entry =
        new Entry(commit.number(), commit.records().stream().map(VersionedRecord::key).toList());
    entries.addLast(entry);
    keys += weight(entry);
    newest = commit.number();
    while (keys > maxKeys) {
      Entry eldest = entries.removeFirst();
      keys -= weight(eldest);
      floor = eldest.number();
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  private static int weight(Entry entry) {
    return Math.max(1, entry.keys().size());
  }

  /** See {@link io.dinofs.store.GroupCommitStore#changedAfter}. */
  Optional<List<RecordKey>> after(CommitNumber from, int limit) {
    if (floor.isAfter(from) || from.isAfter(newest)) {
      return Optional.empty();
    }
    Set<RecordKey> changed = new LinkedHashSet<>();
    for (var newestFirst = entries.descendingIterator(); newestFirst.hasNext(); ) {
      Entry entry = newestFirst.next();
      if (!entry.number().isAfter(from)) {
        break;
      }
      changed.addAll(entry.keys());
      if (changed.size() > limit) {
        return Optional.empty();
      }
    }
    return Optional.of(new ArrayList<>(changed));
  }
}
