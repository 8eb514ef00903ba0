package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.Store;
import io.dinofs.store.VersionedStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A versioned store over any plain one, which it owns; the plain one needs to put and get, and to
 * have no other user. A commit that was interrupted anywhere, by a failure or by the end of the
 * process, has happened as a whole or not at all.
 *
 * <p>It is made to be simple: commits and reads exclude each other, and every commit writes whole
 * pages twice. Subscribers resume only while the store is open.
 */
public final class VersionedStoreWrapper implements VersionedStore {
  private static final int DEFAULT_PAGE_BYTES = 32 << 10;
  private static final int MAX_LOG_RECORDS = 10_000;
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
    return reading(
        () -> {
          List<VersionedRecord> records = new ArrayList<>();
          for (RecordKey key : keys) {
            records.add(volume.read(key));
          }
          if (children == Children.WITH_ATTRIBUTES) {
            records.addAll(childAttributes(records));
          }
          return new Snapshot(volume.header().newest(), records);
        });
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    return reading(
        () -> {
          List<VersionedRecord> page = page(inode, kind, after, limit + 1);
          boolean more = page.size() > limit;
          List<VersionedRecord> records = more ? page.subList(0, limit) : page;
          List<VersionedRecord> attributes =
              children == Children.WITH_ATTRIBUTES ? childAttributes(records) : List.of();
          return new Listing(volume.header().newest(), records, attributes, more);
        });
  }

  private List<VersionedRecord> page(InodeId inode, RecordKind kind, Bytes after, int limit)
      throws DinofsException {
    List<VersionedRecord> page = new ArrayList<>();
    byte[] from = new byte[Long.BYTES + 1 + after.length()];
    ByteBuffer.wrap(from).putLong(inode.value()).put(kind.code()).put(after.asBuffer());
    volume
        .tree()
        .scan(
            Bytes.wrap(from),
            record -> {
              RecordKey key = record.key();
              if (!key.inode().equals(inode) || key.kind() != kind) {
                return false;
              }
              if (after.isEmpty() || !key.name().equals(after)) {
                page.add(record);
              }
              return page.size() < limit;
            });
    return page;
  }

  private List<VersionedRecord> childAttributes(List<VersionedRecord> parents)
      throws DinofsException {
    Set<InodeId> children = new LinkedHashSet<>();
    for (VersionedRecord parent : parents) {
      if (parent.key().kind() == RecordKind.ENTRY && parent.isPresent()) {
        children.add(DirectoryEntry.decode(parent.value().orElseThrow()).child());
      }
    }
    List<VersionedRecord> attributes = new ArrayList<>();
    for (InodeId child : children) {
      attributes.add(volume.read(RecordKey.attributes(child)));
    }
    return attributes;
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    return writing(() -> apply(commit));
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
