package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeSet;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/**
 * A part of the volume as it is at one commit, {@link #applied}: pushes move it to the next commit
 * as a whole, answers of requests only add to the part that is known. So whatever is read from it
 * in one go was true together, at that commit.
 *
 * <p>An answer is taken in only when the pushes have come as far as the commit that it shows, and
 * where a push was newer it yields ({@link PushLog}).
 *
 * <p>Threads: readers take a stamp and no lock; they fall back to the read lock when a change came
 * between. The write lock is held for changes in memory only. Any number of threads.
 */
final class CoherentCache {
  /** How long an answer may be ahead of the pushes that the same commits cause. */
  private static final long MAX_PUSH_LAG_MILLIS = 1000;

  private final StampedLock lock = new StampedLock();

  /** Changed under {@link #lock}, read under any stamp of it. */
  private final RecordTable table;

  private final RecordView view;

  /** Guarded by {@link #lock}. */
  private final PushLog log = new PushLog();

  /** Guarded by {@link #lock}. */
  private final FillsUnderWay fills = new FillsUnderWay(log);

  /** Written under {@link #lock}. */
  private volatile CommitNumber applied = CommitNumber.NONE;

  /** Notified when {@link #applied} moves; taken under no other lock. */
  private final Object progress = new Object();

  CoherentCache(long maxBytes) {
    table = new RecordTable(maxBytes);
    view = new RecordView(table);
  }

  CommitNumber applied() {
    return applied;
  }

  long bytes() {
    long stamp = lock.readLock();
    try {
      return table.bytes();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  // Reads

  /** The answer to a get; empty if a part of it is not known. */
  Optional<Snapshot> read(List<RecordKey> keys, Children children) throws DinofsException {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      CommitNumber at = applied;
      List<VersionedRecord> records = view.records(keys, children);
      if (lock.validate(stamp)) {
        return records == null ? Optional.empty() : Optional.of(new Snapshot(at, records));
      }
    }
    stamp = lock.readLock();
    try {
      List<VersionedRecord> records = view.records(keys, children);
      return records == null ? Optional.empty() : Optional.of(new Snapshot(applied, records));
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** The answer to a list, perhaps with fewer records; empty if its first record is not known. */
  Optional<Listing> readPage(PageRequest request) throws DinofsException {
    long stamp = lock.readLock();
    try {
      return Optional.ofNullable(view.page(applied, request));
    } finally {
      lock.unlockRead(stamp);
    }
  }

  // What a caller that did not find everything has to do

  GetPlan planGet(List<RecordKey> keys, Children children) throws DinofsException {
    long stamp = lock.writeLock();
    try {
      List<RecordKey> missing = view.missing(keys, children);
      Optional<DirectoryId> readAhead = ReadAhead.afterMisses(table, missing);
      table.evict();
      if (readAhead.isPresent()) {
        return new GetPlan.ReadDirectory(readAhead.get());
      }
      List<RecordKey> own = new ArrayList<>(missing.size());
      Set<Fill> others = new LinkedHashSet<>();
      for (RecordKey key : missing) {
        Fill other = fills.of(key);
        if (other == null) {
          own.add(key);
        } else {
          others.add(other);
        }
      }
      return new GetPlan.Fetch(fills.begin(own, applied.value()), List.copyOf(others));
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  PagePlan planPage(PageRequest request) throws DinofsException {
    long stamp = lock.writeLock();
    try {
      CachedDirectory directory = table.directory(request.inode(), request.kind());
      if (directory != null) {
        List<RecordKey> missing = view.missingAttributes(directory, request);
        if (!missing.isEmpty()) {
          return new PagePlan.FetchAttributes(missing);
        }
      }
      Bytes after = request.after();
      boolean continues = after.isEmpty() || (directory != null && directory.covers(after));
      return continues ? nextPage(request.directory()) : new PagePlan.PassThrough();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** What has to be done so that more of a directory is in the cache. */
  PagePlan planNextPage(DirectoryId id) throws DinofsException {
    long stamp = lock.writeLock();
    try {
      return nextPage(id);
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private PagePlan nextPage(DirectoryId id) throws DinofsException {
    CachedDirectory directory = table.directoryToFill(id.inode(), id.kind());
    if (directory.isComplete()) {
      return new PagePlan.Known();
    }
    if (ReadAhead.isTooLarge(table, directory)) {
      return new PagePlan.PassThrough();
    }
    Bytes start = directory.frontier();
    table.evict();
    Fill other = fills.of(id);
    return other == null
        ? new PagePlan.FetchPage(fills.begin(id, applied.value()), start)
        : new PagePlan.Join(other);
  }

  /** A commit is going to be made. */
  Fill beginCommit(Commit commit) {
    long stamp = lock.writeLock();
    try {
      return fills.begin(commit, applied.value());
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  /** The request is over, answered or not; a second call does nothing. */
  void end(Fill fill) {
    long stamp = lock.writeLock();
    try {
      fills.end(fill);
    } finally {
      lock.unlockWrite(stamp);
    }
    fill.complete();
  }

  // Answers

  /** Takes records in that were read at a commit. */
  void add(Fill fill, CommitNumber at, List<VersionedRecord> records) {
    whenUsable(fill, at, () -> records.forEach(record -> table.fill(log.newest(at, record))));
  }

  /** Takes a page in that was read from {@code start} on. */
  void addPage(Fill fill, DirectoryId id, Bytes start, Listing page) {
    CommitNumber at = page.at();
    whenUsable(
        fill,
        at,
        () -> {
          page.attributes().forEach(record -> table.fill(log.newest(at, record)));
          CachedDirectory directory = table.directoryToFill(id.inode(), id.kind());
          if (!directory.isComplete() && directory.frontier().equals(start)) {
            extend(directory, at, page.records(), page.more());
          }
        });
  }

  /**
   * Takes in that a commit has created a directory, so that nothing is in it. An inode's number is
   * never used again, so nobody else can have put anything there before.
   */
  void addNewDirectory(Fill fill, CommitNumber at, DirectoryId id) {
    whenUsable(
        fill,
        at,
        () -> {
          CachedDirectory directory = table.directoryToFill(id.inode(), id.kind());
          if (!directory.isComplete() && directory.frontier().isEmpty()) {
            extend(directory, at, List.of(), false);
          }
        });
  }

  private void extend(
      CachedDirectory directory, CommitNumber at, List<VersionedRecord> page, boolean more) {
    if (more && page.isEmpty()) {
      return;
    }
    table.extend(directory, page, more ? page.get(page.size() - 1).key().name() : null);
    log.after(at, directory.inode(), directory.kind()).forEach(table::change);
  }

  private void whenUsable(Fill fill, CommitNumber at, Runnable change) {
    catchUpWith(at);
    long stamp = lock.writeLock();
    try {
      if (!fill.isOvertaken() && at.value() >= fill.floor()) {
        change.run();
        table.evict();
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  // Pushes

  /** Moves on to a commit. */
  void apply(CommittedChange change) {
    long stamp = lock.writeLock();
    try {
      if (change.number().isAfter(applied)) {
        log.add(change);
        applied = change.number();
        change.records().forEach(table::change);
      } else {
        // Told again, after a resume: what is cached is as new, or newer.
        change.records().forEach(record -> table.forget(record.key()));
      }
      table.evict();
    } finally {
      lock.unlockWrite(stamp);
    }
    tellProgress();
  }

  /** Continuity is lost: forgets everything and goes on from a commit, perhaps of another past. */
  void reset(CommitNumber at) {
    long stamp = lock.writeLock();
    try {
      restart(at);
    } finally {
      lock.unlockWrite(stamp);
    }
    tellProgress();
  }

  /**
   * Adds the inodes of all that is cached, and of the commits under way, whose callers keep what
   * they changed. No other request under way is cached any more.
   */
  void collectInterest(InodeSet interest) {
    long stamp = lock.writeLock();
    try {
      table.forEachInode(interest::add);
      fills.forEachChanged(interest::add);
      fills.overtakeAll();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void restart(CommitNumber at) {
    fills.overtakeAll();
    table.clear();
    applied = at;
  }

  /**
   * Makes sure that nothing older than an answer of the store below is read from now on: waits for
   * the pushes of what the answer shows, and if they are late, forgets everything. A remote store
   * delivers them before the answer, a store in this process at the same time.
   */
  void catchUpWith(CommitNumber at) {
    if (awaitApplied(at)) {
      return;
    }
    long stamp = lock.writeLock();
    try {
      if (at.isAfter(applied)) {
        restart(at);
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    tellProgress();
  }

  /** False if the limit has passed, or the thread is interrupted. */
  private boolean awaitApplied(CommitNumber at) {
    if (!at.isAfter(applied)) {
      return true;
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MAX_PUSH_LAG_MILLIS);
    synchronized (progress) {
      while (at.isAfter(applied)) {
        long leftNanos = deadline - System.nanoTime();
        if (leftNanos <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(progress, leftNanos);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  private void tellProgress() {
    synchronized (progress) {
      progress.notifyAll();
    }
  }
}
