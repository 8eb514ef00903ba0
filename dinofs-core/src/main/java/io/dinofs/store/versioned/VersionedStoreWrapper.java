package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.Store;
import io.dinofs.store.VolumeScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A versioned store over any plain one, which it owns; the plain one needs to put and get, and to
 * have no other user of keys that begin with {@code intent}, {@code header}, {@code page-} or
 * {@code outcome-}. A commit that was interrupted anywhere, by a failure or by the end of the
 * process, has happened as a whole or not at all.
 *
 * <p>It is made to be simple: commits and reads exclude each other, every commit writes whole pages
 * twice, and a scan is a list of all records. Subscribers resume only while the store is open.
 */
public final class VersionedStoreWrapper implements GroupCommitStore {
  private static final Logger log = LoggerFactory.getLogger(VersionedStoreWrapper.class);

  private static final int DEFAULT_PAGE_BYTES = 32 << 10;
  private static final int MAX_LOG_RECORDS = 10_000;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final CommitNumber EVERYTHING = new CommitNumber(Long.MAX_VALUE);
  private static final int MAX_NODES = StoredOutcome.SLOTS;

  private final Store store;
  private final Subscribers subscribers = new Subscribers();

  /**
   * Makes a commit's puts one step for readers, so unlike other locks it is held while the store is
   * called. A call of the store takes as long as the store says.
   */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** Guarded by lock. */
  private final WrapperVolume volume;

  /** Guarded by lock. */
  private final CommitOutcomes outcomes = new CommitOutcomes(MAX_NODES, StoredOutcome.SLOTS);

  /** Guarded by lock. */
  private final ChangeLog changes;

  /** A commit of which it is not known whether it has happened; guarded by lock. */
  private Optional<InDoubt> inDoubt = Optional.empty();

  /** The newest commit that has happened since the store was opened; guarded by lock. */
  private Optional<CommittedChange> latest = Optional.empty();

  /** Guarded by lock. */
  private boolean closed;

  private record InDoubt(CommitId id, WrapperVolume.Prepared prepared) {}

  private VersionedStoreWrapper(Store store, WrapperVolume volume) throws DinofsException {
    this.store = store;
    this.volume = volume;
    this.changes = new ChangeLog(volume.header().newest(), MAX_LOG_RECORDS);
    volume.outcomes().forEach(outcome -> outcomes.add(outcome.id(), outcome.result()));
  }

  /**
   * Opens the volume in {@code store}, or makes one if the store is empty; carries out what was
   * begun when it was used last.
   *
   * @throws DinofsException CORRUPT, NOT_SUPPORTED if the store holds something else; as {@link
   *     Store#get} and {@link Store#put}
   */
  public static VersionedStoreWrapper open(Store store) throws DinofsException {
    return open(store, DEFAULT_PAGE_BYTES);
  }

  static VersionedStoreWrapper open(Store store, int pageBytes) throws DinofsException {
    return new VersionedStoreWrapper(store, WrapperVolume.open(store, pageBytes));
  }

  @Override
  public VolumeId volume() throws DinofsException {
    return reading(() -> volume.header().volume());
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    ReadLimits.checkKeys(keys);
    return reading(() -> WrapperReads.get(volume, keys, children));
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    return reading(() -> WrapperReads.list(volume, inode, kind, after, limit, children));
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    return writing(() -> apply(commit));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Here each is durable by itself, one after the other. When the plain store fails in the
   * middle of one, this waits until that store answers again or this one is closed: only then it is
   * known whether there is something to tell subscribers. A commit before which the plain store
   * fails is refused with what it says.
   */
  @Override
  public List<Outcome> commitAll(List<Commit> commits) throws DinofsException {
    List<Outcome> all = new ArrayList<>(commits.size());
    for (Commit commit : commits) {
      all.add(outcomeOf(commit));
    }
    return all;
  }

  private Outcome outcomeOf(Commit commit) throws DinofsException {
    try {
      return writing(
          () -> {
            CommitNumber before = volume.header().newest();
            return accepted(apply(commit), before);
          });
    } catch (DinofsException e) {
      Optional<CommitNumber> doubtful = doubtful(commit);
      if (e.kind() == ErrorKind.CLOSED) {
        throw e;
      }
      return doubtful.isPresent() ? settled(commit, doubtful.get(), e) : new Refused(e);
    }
  }

  /** The commit before this one, if it is not known whether this one has happened. */
  private Optional<CommitNumber> doubtful(Commit commit) {
    lock.readLock().lock();
    try {
      return inDoubt
          .filter(doubt -> doubt.id().equals(commit.id()))
          .map(doubt -> new CommitNumber(doubt.prepared().result().number().value() - 1));
    } finally {
      lock.readLock().unlock();
    }
  }

  private Outcome settled(Commit commit, CommitNumber before, DinofsException failure)
      throws DinofsException {
    log.error("the volume stands still until its store answers again: {}", failure.getMessage());
    for (long pauseMillis = FIRST_PAUSE_MILLIS; ; pauseMillis = Math.min(2 * pauseMillis, 5_000)) {
      pause(pauseMillis);
      try {
        Optional<Outcome> outcome =
            writing(() -> outcomes.find(commit.id()).map(result -> accepted(result, before)));
        log.info("the volume's store answers again");
        return outcome.orElseGet(() -> new Refused(failure));
      } catch (DinofsException e) {
        if (e.kind() == ErrorKind.CLOSED || e.kind() == ErrorKind.INTERRUPTED) {
          throw e;
        }
        log.debug("the store does not answer: {}", e.getMessage());
      }
    }
  }

  private static void pause(long millis) throws DinofsException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted in a wait for the store", e);
    }
  }

  /**
   * @param before the newest commit before it was tried
   */
  private Accepted accepted(CommitResult result, CommitNumber before) {
    boolean isNew = result.number().isAfter(before);
    return new Accepted(result, isNew ? latest : Optional.empty());
  }

  @Override
  public Optional<List<RecordKey>> changedAfter(CommitNumber from, int limit)
      throws DinofsException {
    return reading(() -> changes.keysAfter(from, limit));
  }

  @Override
  public VolumeScan scan() throws DinofsException {
    return reading(() -> WrapperReads.scan(volume));
  }

  private CommitResult apply(Commit commit) throws DinofsException {
    Optional<CommitResult> earlier = outcomes.find(commit.id());
    if (earlier.isPresent()) {
      return earlier.get();
    }
    WrapperVolume.Prepared prepared = volume.prepare(commit);
    inDoubt = Optional.of(new InDoubt(commit.id(), prepared));
    try {
      volume.write(prepared);
    } catch (DinofsException e) {
      settleAfter(e);
      return outcomes.find(commit.id()).orElseThrow(() -> e);
    }
    inDoubt = Optional.empty();
    happened(commit.id(), prepared);
    return prepared.result();
  }

  private void settleAfter(DinofsException failure) throws DinofsException {
    try {
      settle();
    } catch (DinofsException e) {
      boolean interrupted = failure.kind() == ErrorKind.INTERRUPTED;
      DinofsException unknown =
          new DinofsException(
              interrupted ? ErrorKind.INTERRUPTED : ErrorKind.UNAVAILABLE,
              "it is not known whether the commit has happened: " + failure.getMessage(),
              failure);
      unknown.addSuppressed(e);
      throw unknown;
    }
  }

  /** Finds out whether the commit in doubt has happened. */
  private void settle() throws DinofsException {
    if (inDoubt.isEmpty()) {
      return;
    }
    volume.recover();
    InDoubt doubt = inDoubt.get();
    inDoubt = Optional.empty();
    if (volume.header().newest().equals(doubt.prepared().result().number())) {
      happened(doubt.id(), doubt.prepared());
    }
  }

  private void happened(CommitId id, WrapperVolume.Prepared commit) {
    outcomes.add(id, commit.result());
    changes.add(commit.change());
    latest = Optional.of(commit.change());
    subscribers.enqueue(commit.change());
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    return writing(() -> subscribers.add(listener, changes.after(from), volume.header().newest()));
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    return reading(() -> new VolumeStatistics(volume.header().inodes(), volume.header().newest()));
  }

  @Override
  public void close() throws DinofsException {
    lock.writeLock().lock();
    try {
      closed = true;
    } finally {
      lock.writeLock().unlock();
    }
    subscribers.close();
    store.close();
  }

  /** Work that needs the volume as it is. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws DinofsException;
  }

  private <T> T reading(Work<T> work) throws DinofsException {
    enter(lock.readLock());
    try {
      requireOpen();
      if (inDoubt.isEmpty()) {
        return work.run();
      }
    } finally {
      lock.readLock().unlock();
    }
    return writing(work);
  }

  /**
   * Settles what is in doubt, does the work, and returns when subscribers have been told of both.
   */
  private <T> T writing(Work<T> work) throws DinofsException {
    try {
      enter(lock.writeLock());
      try {
        requireOpen();
        settle();
        return work.run();
      } finally {
        lock.writeLock().unlock();
      }
    } finally {
      subscribers.deliver(EVERYTHING);
    }
  }

  private static void enter(Lock lock) throws DinofsException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted before the volume was free", e);
    }
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }
}
