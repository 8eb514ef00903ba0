package io.dinofs.cache;

import io.dinofs.model.Commit;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The requests whose answers are going to be cached, with what each of them asks for, so that the
 * same is asked for once at a time. Guarded by the cache's write lock.
 */
final class FillsUnderWay {
  private final Map<RecordKey, Fill> byKey = new HashMap<>();
  private final Map<DirectoryId, Fill> byDirectory = new HashMap<>();
  private final Map<Fill, Commit> commits = new HashMap<>();
  private final PushLog log;

  FillsUnderWay(PushLog log) {
    this.log = log;
  }

  /** The request that asks for a record; null if there is none. */
  Fill of(RecordKey key) {
    return byKey.get(key);
  }

  /** The request that asks for a page of a directory; null if there is none. */
  Fill of(DirectoryId directory) {
    return byDirectory.get(directory);
  }

  /** A request begins. */
  Fill begin(List<RecordKey> keys, long floor) {
    Fill fill = new Fill(keys, floor);
    log.begin(fill);
    keys.forEach(key -> byKey.put(key, fill));
    return fill;
  }

  /** A commit begins. */
  Fill begin(Commit commit, long floor) {
    Fill fill = begin(List.of(), floor);
    commits.put(fill, commit);
    return fill;
  }

  /** The inodes that the commits under way change, those too whose answers can't be cached. */
  void forEachChanged(Consumer<InodeId> action) {
    for (Commit commit : commits.values()) {
      commit.mutations().forEach(mutation -> action.accept(mutation.key().inode()));
    }
  }

  /** A request for a page begins. */
  Fill begin(DirectoryId directory, long floor) {
    Fill fill = begin(List.of(), floor);
    byDirectory.put(directory, fill);
    return fill;
  }

  /** A request is over; a second call does nothing. */
  void end(Fill fill) {
    log.end(fill);
    commits.remove(fill);
    fill.keys().forEach(key -> byKey.remove(key, fill));
    byDirectory.values().remove(fill);
  }

  /** No request under way may be cached or waited for any more. */
  void overtakeAll() {
    log.overtakeAll();
    byKey.clear();
    byDirectory.clear();
  }
}
