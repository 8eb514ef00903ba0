package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The named records of one kind of an inode, as far as they are known without a gap: all of them,
 * or all up to a name, the <em>frontier</em>, or none. Of a name within that range it is known
 * whether there is a record; so a directory that is read page by page is useful from the first page
 * on.
 *
 * <p>Written under the cache's write lock, read under any stamp of it.
 */
final class CachedDirectory extends Evictable {
  private final InodeId inode;
  private final RecordKind kind;

  /** The present records up to the frontier; null while nothing is known. */
  private ConcurrentSkipListMap<Bytes, RecordState> records;

  /** The last name of the known range; null while nothing is known or everything is. */
  private Bytes frontier;

  private boolean complete;

  /** Whether it was found to be larger than a cache of this size should keep. */
  private boolean tooLarge;

  /** Names that had to be asked for one by one since nothing was known. */
  private int misses;

  CachedDirectory(InodeId inode, RecordKind kind) {
    this.inode = inode;
    this.kind = kind;
  }

  InodeId inode() {
    return inode;
  }

  RecordKind kind() {
    return kind;
  }

  boolean isComplete() {
    return complete;
  }

  /** Where the next page starts. */
  Bytes frontier() {
    return frontier == null ? Bytes.EMPTY : frontier;
  }

  /** Whether it is known if there is a record of this name. */
  boolean covers(Bytes name) {
    if (complete) {
      return true;
    }
    Bytes last = frontier;
    return last != null && name.compareTo(last) <= 0;
  }

  /** Of a name in the known range. */
  RecordState find(Bytes name) {
    ConcurrentSkipListMap<Bytes, RecordState> known = records;
    RecordState state = known == null ? null : known.get(name);
    return state == null ? RecordState.ABSENT : state;
  }

  /**
   * The first known records behind a name.
   *
   * @param after a name in the known range, or {@link Bytes#EMPTY}
   */
  List<VersionedRecord> page(Bytes after, int limit) {
    List<VersionedRecord> page = new ArrayList<>();
    for (var entry : records.tailMap(after, false).entrySet()) {
      if (page.size() == limit) {
        break;
      }
      page.add(entry.getValue().toRecord(new RecordKey(inode, kind, entry.getKey())));
    }
    return page;
  }

  /** Whether nothing is known, or known to be, behind a name of the known range. */
  boolean endsAt(Bytes name) {
    return complete && records.higherKey(name) == null;
  }

  /**
   * Sets what is known of a name in the known range.
   *
   * @return how many bytes that adds
   */
  int set(Bytes name, RecordState state) {
    RecordState before = state.isPresent() ? records.put(name, state) : records.remove(name);
    return cost(name, state) - (before == null ? 0 : cost(name, before));
  }

  private static int cost(Bytes name, RecordState state) {
    return state.isPresent() ? HeapCost.NAMED_RECORD + HeapCost.of(name) + state.valueBytes() : 0;
  }

  /** Makes the known range begin; the names up to the new frontier are {@link #set} next. */
  void extendTo(Bytes newFrontier) {
    begin();
    frontier = newFrontier;
  }

  void extendToEnd() {
    begin();
    frontier = null;
    complete = true;
  }

  private void begin() {
    if (records == null) {
      records = new ConcurrentSkipListMap<>();
    }
    misses = 0;
  }

  /** Forgets the known range. */
  void forget() {
    records = null;
    frontier = null;
    complete = false;
    misses = 0;
  }

  boolean wasTooLarge() {
    return tooLarge;
  }

  void setTooLarge() {
    tooLarge = true;
  }

  int countMiss() {
    return ++misses;
  }
}
