package io.dinofs.store.memory;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.StaleException;
import io.dinofs.store.VolumeScan;
import io.dinofs.store.versioned.ChangeLog;
import io.dinofs.store.versioned.CommitEvaluator;
import io.dinofs.store.versioned.CommitOutcomes;
import io.dinofs.store.versioned.ListScan;
import io.dinofs.store.versioned.LocalSubscription;
import io.dinofs.store.versioned.ReadLimits;
import io.dinofs.store.versioned.Subscribers;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A versioned store in the heap: a sorted map under one lock. Any number of subscribers; each has
 * been told of a commit when the commit returns.
 */
public final class MemoryVersionedStore implements GroupCommitStore {
  private static final int DEFAULT_LOG_RECORDS = 10_000;
  private static final int MAX_NODES = 1024;
  private static final int MAX_OUTCOMES_PER_NODE = 1024;

  private final VolumeId volume;
  private final Subscribers subscribers = new Subscribers();
  private final Object lock = new Object();

  /** By encoded key; guarded by lock. */
  private final TreeMap<Bytes, VersionedRecord> records = new TreeMap<>();

  /** Guarded by lock. */
  private final CommitOutcomes outcomes = new CommitOutcomes(MAX_NODES, MAX_OUTCOMES_PER_NODE);

  /** Guarded by lock. */
  private final ChangeLog changes;

  /** Guarded by lock. */
  private CommitNumber newest = VolumeFormat.FIRST_COMMIT;

  /** Guarded by lock. */
  private long inodes;

  /** Guarded by lock. */
  private boolean closed;

  /** A new volume. */
  public MemoryVersionedStore() {
    this(VolumeId.random(), Instant.now(), DEFAULT_LOG_RECORDS);
  }

  /**
   * @param createdAt the times of the root directory
   * @param maxLogRecords how many changed records are remembered for subscribers that resume
   */
  public MemoryVersionedStore(VolumeId volume, Instant createdAt, int maxLogRecords) {
    this.volume = volume;
    this.changes = new ChangeLog(newest, maxLogRecords);
    VolumeFormat.initialRecords(0, 0, createdAt).forEach(this::store);
  }

  @Override
  public VolumeId volume() throws DinofsException {
    synchronized (lock) {
      requireOpen();
      return volume;
    }
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    ReadLimits.checkKeys(keys);
    synchronized (lock) {
      requireOpen();
      List<VersionedRecord> found = new ArrayList<>(keys.size());
      for (RecordKey key : keys) {
        found.add(read(key));
      }
      if (children == Children.WITH_ATTRIBUTES) {
        found.addAll(childAttributes(found));
      }
      return new Snapshot(newest, found);
    }
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    Bytes prefix = prefix(inode, kind, Bytes.EMPTY);
    synchronized (lock) {
      requireOpen();
      List<VersionedRecord> page = new ArrayList<>();
      boolean more = false;
      for (var entry : records.tailMap(prefix(inode, kind, after), after.isEmpty()).entrySet()) {
        if (!entry.getKey().startsWith(prefix)) {
          break;
        }
        if (page.size() == limit) {
          more = true;
          break;
        }
        page.add(entry.getValue());
      }
      List<VersionedRecord> attributes =
          children == Children.WITH_ATTRIBUTES ? childAttributes(page) : List.of();
      return new Listing(newest, page, attributes, more);
    }
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    CommitResult result;
    synchronized (lock) {
      result = apply(commit).result();
    }
    subscribers.deliver(result.number());
    return result;
  }

  @Override
  public List<Outcome> commitAll(List<Commit> commits) throws DinofsException {
    List<Outcome> results = new ArrayList<>(commits.size());
    CommitNumber last;
    synchronized (lock) {
      requireOpen();
      for (Commit commit : commits) {
        try {
          results.add(apply(commit));
        } catch (DinofsException e) {
          results.add(new Refused(e));
        }
      }
      last = newest;
    }
    subscribers.deliver(last);
    return results;
  }

  @Override
  public Optional<List<RecordKey>> changedAfter(CommitNumber from, int limit)
      throws DinofsException {
    synchronized (lock) {
      requireOpen();
      return changes.keysAfter(from, limit);
    }
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    LocalSubscription subscription;
    CommitNumber last;
    synchronized (lock) {
      requireOpen();
      last = newest;
      subscription = subscribers.add(listener, changes.after(from), last);
    }
    subscription.deliver(last);
    return subscription;
  }

  /** {@inheritDoc} Its price is a list of all records. */
  @Override
  public VolumeScan scan() throws DinofsException {
    synchronized (lock) {
      requireOpen();
      return new ListScan(newest, List.copyOf(records.values()));
    }
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    synchronized (lock) {
      requireOpen();
      return new VolumeStatistics(inodes, newest);
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    subscribers.close();
  }

  // The methods below are called under the lock.

  private Accepted apply(Commit commit) throws DinofsException {
    requireOpen();
    Optional<CommitResult> earlier = outcomes.find(commit.id());
    if (earlier.isPresent()) {
      return new Accepted(earlier.get(), Optional.empty());
    }
    CommitEvaluator.Evaluation evaluation =
        CommitEvaluator.evaluate(commit, newest.next(), this::read);
    if (evaluation instanceof CommitEvaluator.Stale stale) {
      throw new StaleException(newest, stale.current());
    }
    CommitEvaluator.Accepted accepted = (CommitEvaluator.Accepted) evaluation;
    newest = newest.next();
    accepted.changed().forEach(this::store);
    CommitResult result = new CommitResult(newest, accepted.touched());
    outcomes.add(commit.id(), result);
    CommittedChange change = new CommittedChange(newest, accepted.changed());
    changes.add(change);
    subscribers.enqueue(change);
    return new Accepted(result, Optional.of(change));
  }

  private void store(VersionedRecord record) {
    Bytes key = record.key().encode();
    VersionedRecord before = record.isPresent() ? records.put(key, record) : records.remove(key);
    if (record.key().kind() == RecordKind.ATTRIBUTES) {
      inodes += (record.isPresent() ? 1 : 0) - (before == null ? 0 : 1);
    }
  }

  private VersionedRecord read(RecordKey key) {
    VersionedRecord record = records.get(key.encode());
    return record == null ? VersionedRecord.absent(key) : record;
  }

  private List<VersionedRecord> childAttributes(List<VersionedRecord> parents)
      throws DinofsException {
    Set<InodeId> children = new LinkedHashSet<>();
    for (VersionedRecord parent : parents) {
      if (parent.key().kind() == RecordKind.ENTRY && parent.isPresent()) {
        children.add(DirectoryEntry.decode(parent.value().orElseThrow()).child());
      }
    }
    return children.stream().map(child -> read(RecordKey.attributes(child))).toList();
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }

  /** Where a page starts: not a key, since the name may be empty. */
  private static Bytes prefix(InodeId inode, RecordKind kind, Bytes name) {
    byte[] prefix = new byte[Long.BYTES + 1 + name.length()];
    ByteBuffer.wrap(prefix).putLong(inode.value()).put(kind.code()).put(name.asBuffer());
    return Bytes.wrap(prefix);
  }
}
