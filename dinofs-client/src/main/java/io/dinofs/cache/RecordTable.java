package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What is cached: records by themselves and directories, bounded by bytes. Everything in it is true
 * at one commit, which its owner knows.
 *
 * <p>Changed under the owner's write lock. {@link #find} and {@link #directory} may be called
 * without it; what they say counts if no change came between.
 */
final class RecordTable {
  private final long maxBytes;
  private final ConcurrentHashMap<RecordKey, CachedRecord> records = new ConcurrentHashMap<>();
  private final Map<RecordKind, ConcurrentHashMap<InodeId, CachedDirectory>> directories =
      new EnumMap<>(RecordKind.class);
  private final EvictionList items = new EvictionList();

  RecordTable(long maxBytes) {
    this.maxBytes = maxBytes;
    for (RecordKind kind : RecordKind.values()) {
      if (kind.isNamed()) {
        directories.put(kind, new ConcurrentHashMap<>());
      }
    }
  }

  long maxBytes() {
    return maxBytes;
  }

  long bytes() {
    return items.bytes();
  }

  /** What is known of a record; null if nothing is. */
  RecordState find(RecordKey key) {
    if (key.kind().isNamed()) {
      CachedDirectory directory = directory(key.inode(), key.kind());
      if (directory != null && directory.covers(key.name())) {
        directory.markUsed();
        return directory.find(key.name());
      }
    }
    CachedRecord record = records.get(key);
    if (record == null) {
      return null;
    }
    record.markUsed();
    return record.state();
  }

  /** The records of a named kind of an inode; null if nothing is known of them as a whole. */
  CachedDirectory directory(InodeId inode, RecordKind kind) {
    return directories.get(kind).get(inode);
  }

  CachedDirectory directoryToFill(InodeId inode, RecordKind kind) {
    CachedDirectory directory = directory(inode, kind);
    if (directory == null) {
      directory = new CachedDirectory(inode, kind);
      directories.get(kind).put(inode, directory);
      items.add(directory, HeapCost.DIRECTORY);
    }
    return directory;
  }

  /** Takes a record over as it is now. What is known of it already is as true, and stays. */
  void fill(VersionedRecord record) {
    RecordKey key = record.key();
    if (find(key) == null) {
      CachedRecord cached = new CachedRecord(key, RecordState.of(record));
      records.put(key, cached);
      items.add(cached, cached.cost());
    }
  }

  /** Takes a change of a record over, if it concerns anything that is known. */
  void change(VersionedRecord record) {
    RecordKey key = record.key();
    RecordState state = RecordState.of(record);
    if (key.kind().isNamed()) {
      CachedDirectory directory = directory(key.inode(), key.kind());
      if (directory != null && directory.covers(key.name())) {
        items.resize(directory, directory.set(key.name(), state));
        forgetIfTooLarge(directory);
        // Where the range grew over what was known by itself before, that is out of date now.
        forgetSingle(key);
        return;
      }
    }
    CachedRecord cached = records.get(key);
    if (cached != null) {
      int before = cached.cost();
      cached.setState(state);
      items.resize(cached, cached.cost() - before);
    }
    if (key.kind() == RecordKind.ATTRIBUTES && !state.isPresent()) {
      forgetDirectories(key.inode());
    }
  }

  /** Forgets whatever is known of a record. */
  void forget(RecordKey key) {
    forgetSingle(key);
    if (key.kind().isNamed()) {
      CachedDirectory directory = directory(key.inode(), key.kind());
      if (directory != null && directory.covers(key.name())) {
        forget(directory);
      }
    }
  }

  /**
   * Takes over all records of a directory from its frontier to {@code last}, as they are now.
   *
   * @param last the new frontier; null for the end of the directory
   */
  void extend(CachedDirectory directory, List<VersionedRecord> page, Bytes last) {
    if (last == null) {
      directory.extendToEnd();
    } else {
      directory.extendTo(last);
    }
    for (VersionedRecord record : page) {
      items.resize(directory, directory.set(record.key().name(), RecordState.of(record)));
      forgetSingle(record.key());
    }
    directory.markUsed();
    forgetIfTooLarge(directory);
  }

  /** Evicts until the bound is kept. */
  void evict() {
    while (items.bytes() > maxBytes) {
      Evictable victim = items.victim();
      items.remove(victim);
      if (victim instanceof CachedRecord record) {
        records.remove(record.key());
      } else if (victim instanceof CachedDirectory directory) {
        directory.forget();
        directories.get(directory.kind()).remove(directory.inode());
      }
    }
  }

  /** The inode of everything that is cached, perhaps several times. */
  void forEachInode(Consumer<InodeId> action) {
    records.keySet().forEach(key -> action.accept(key.inode()));
    directories.values().forEach(ofKind -> ofKind.keySet().forEach(action));
  }

  void clear() {
    records.clear();
    directories.values().forEach(Map::clear);
    items.clear();
  }

  /** Whether one directory of this many bytes would push out too much else. */
  boolean isTooLarge(long directoryBytes) {
    return directoryBytes > maxBytes / 2;
  }

  private void forgetIfTooLarge(CachedDirectory directory) {
    if (isTooLarge(directory.bytes)) {
      forget(directory);
      directory.setTooLarge();
    }
  }

  private void forgetDirectories(InodeId inode) {
    for (ConcurrentHashMap<InodeId, CachedDirectory> ofKind : directories.values()) {
      CachedDirectory directory = ofKind.remove(inode);
      if (directory != null) {
        items.remove(directory);
        directory.forget();
      }
    }
  }

  private void forget(CachedDirectory directory) {
    directory.forget();
    items.resize(directory, HeapCost.DIRECTORY - directory.bytes);
  }

  private void forgetSingle(RecordKey key) {
    CachedRecord cached = records.remove(key);
    if (cached != null) {
      items.remove(cached);
    }
  }
}
