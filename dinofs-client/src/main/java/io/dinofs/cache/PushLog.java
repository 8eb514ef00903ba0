package io.dinofs.cache;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was pushed while requests were under way: the newest push of each record since the oldest
 * request began. An answer says of which commit it is, and yields to what was pushed later.
 *
 * <p>It keeps the pushes of all records, not just those asked for, since an answer also brings
 * records that nobody could name before: entries of a page, attributes of children.
 *
 * <p>Bounded: when the bound is reached, all requests under way are overtaken, and the log starts
 * anew. Guarded by the cache's write lock.
 */
final class PushLog {
  private static final int MAX_RECORDS = 16_384;
  private static final long MAX_BYTES = 8L << 20;

  private record Push(CommitNumber number, VersionedRecord record) {
    int bytes() {
      return HeapCost.RECORD + record.value().map(HeapCost::of).orElse(0);
    }
  }

  /** In the order in which they began, so the first has the lowest floor. */
  private final Set<Fill> fills = new LinkedHashSet<>();

  /** In commit order. */
  private final Map<RecordKey, Push> pushes = new LinkedHashMap<>();

  private long bytes;

  void begin(Fill fill) {
    fills.add(fill);
  }

  void end(Fill fill) {
    if (fills.remove(fill)) {
      trim();
    }
  }

  void add(CommittedChange change) {
    if (fills.isEmpty()) {
      return;
    }
    for (VersionedRecord record : change.records()) {
      Push push = new Push(change.number(), record);
      Push before = pushes.remove(record.key());
      pushes.put(record.key(), push);
      bytes += push.bytes() - (before == null ? 0 : before.bytes());
    }
    if (pushes.size() > MAX_RECORDS || bytes > MAX_BYTES) {
      overtakeAll();
    }
  }

  /** None of the requests under way may be cached. */
  void overtakeAll() {
    fills.forEach(Fill::overtake);
    fills.clear();
    clear();
  }

  /** The newer of a record as it was at a commit, and as it was pushed since. */
  VersionedRecord newest(CommitNumber at, VersionedRecord record) {
    Push push = pushes.get(record.key());
    return push != null && isNewer(push, at, record) ? push.record() : record;
  }

  /** What was pushed of one kind of an inode after a commit, in commit order. */
  List<VersionedRecord> after(CommitNumber at, InodeId inode, RecordKind kind) {
    List<VersionedRecord> records = new ArrayList<>();
    for (Push push : pushes.values()) {
      RecordKey key = push.record().key();
      if (push.number().isAfter(at) && key.kind() == kind && key.inode().equals(inode)) {
        records.add(push.record());
      }
    }
    return records;
  }

  /** After a resume, a pushed record may be newer than the push's number says. */
  private static boolean isNewer(Push push, CommitNumber at, VersionedRecord record) {
    return push.number().isAfter(at)
        || (push.record().isPresent()
            && record.isPresent()
            && push.record().version().compareTo(record.version()) > 0);
  }

  private void trim() {
    if (fills.isEmpty()) {
      clear();
      return;
    }
    long floor = fills.iterator().next().floor();
    Iterator<Push> oldest = pushes.values().iterator();
    while (oldest.hasNext()) {
      Push push = oldest.next();
      if (push.number().value() > floor) {
        return;
      }
      bytes -= push.bytes();
      oldest.remove();
    }
  }

  private void clear() {
    pushes.clear();
    bytes = 0;
  }
}
