package io.dinofs.store.versioned;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * The latest commits, for subscribers that resume. Bounded by a number of records; it forgets the
 * oldest commits.
 *
 * <p>Not safe for several threads; the engine's own lock guards it.
 */
public final class ChangeLog {
  private final int maxRecords;
  private final ArrayDeque<CommittedChange> changes = new ArrayDeque<>();
  private int records;
  private CommitNumber newest;
  private CommitNumber floor;

  /**
   * @param newest the newest commit so far; the log knows nothing that was before it
   * @param maxRecords how many records the commits may have together; a commit without any counts
   *     as one
   */
  public ChangeLog(CommitNumber newest, int maxRecords) {
    this.newest = newest;
    this.floor = newest;
    this.maxRecords = maxRecords;
  }

  /** Adds the commit that comes next. */
  public void add(CommittedChange change) {
    changes.addLast(change);
    records += weight(change);
    newest = change.number();
    while (records > maxRecords) {
      CommittedChange eldest = changes.removeFirst();
      records -= weight(eldest);
      floor = eldest.number();
    }
  }

  /**
   * All commits after {@code from}, oldest first; empty if they are not known any more, or if
   * {@code from} is of another history because it is newer than the newest.
   */
  public Optional<List<CommittedChange>> after(CommitNumber from) {
    if (floor.isAfter(from) || from.isAfter(newest)) {
      return Optional.empty();
    }
    return Optional.of(changes.stream().filter(change -> change.number().isAfter(from)).toList());
  }

  /**
   * The keys of all records that commits after {@code from} wrote or removed, each once; empty if
   * they are not known, or more than {@code limit}.
   */
  public Optional<List<RecordKey>> keysAfter(CommitNumber from, int limit) {
    return after(from)
        .map(
            missed ->
                missed.stream()
                    .flatMap(change -> change.records().stream())
                    .map(VersionedRecord::key)
                    .distinct()
                    .limit(limit + 1L)
                    .toList())
        .filter(keys -> keys.size() <= limit);
  }

  private static int weight(CommittedChange change) {
    return Math.max(1, change.records().size());
  }
}
