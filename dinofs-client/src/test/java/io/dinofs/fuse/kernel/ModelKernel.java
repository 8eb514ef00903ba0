package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Validity;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Linux (fs/fuse, 6.18) does with names and attributes, as far as it matters for whether they
 * are true. For one thread: where the kernel would block, the caller has to ask before and wait.
 *
 * <p>The facts: the answer to a LOOKUP is entered under the directory's lock, shared, unless it is
 * asked for to revalidate a name that is there already; making and removing names takes it alone,
 * from the request to the end of its answer, and so does INVAL_ENTRY. INVAL_INODE raises the
 * inode's version, and attributes that were asked for before that are not taken; those in the
 * answer to SETATTR always are. Attributes of a new inode do not hold if any inode was evicted
 * since they were asked for: that could have been the same. A name counts only if the epoch was the
 * same when it was asked for.
 */
final class ModelKernel implements KernelNotifications {
  /** A place for a name. */
  record Place(InodeId parent, Name name) {}

  /** A name in the cache. */
  static final class Entry {
    final Optional<InodeId> child;
    final long epoch;
    long commit;
    boolean valid;
    boolean hashed = true;

    Entry(Optional<InodeId> child, long commit, long epoch, boolean valid) {
      this.child = child;
      this.commit = commit;
      this.epoch = epoch;
      this.valid = valid;
    }
  }

  /** An inode in the cache. */
  static final class Inode {
    long commit;
    long version;
    boolean valid;
    long lookups;
  }

  private static final class Lock {
    private int readers;
    private boolean writer;
  }

  final Map<Place, Entry> entries = new HashMap<>();
  final Map<InodeId, Inode> inodes = new HashMap<>();
  private final Map<InodeId, Lock> locks = new HashMap<>();
  private long version = 1;

  /** The version when an inode was evicted last. */
  private long evicted;

  private long epoch = 1;

  ModelKernel() {
    inodes.put(InodeId.ROOT, new Inode());
  }

  long version() {
    return version;
  }

  long epoch() {
    return epoch;
  }

  boolean isUsable(Entry entry) {
    return entry.valid && entry.hashed && entry.epoch == epoch;
  }

  // The directory's lock

  private Lock lock(InodeId directory) {
    return locks.computeIfAbsent(directory, key -> new Lock());
  }

  boolean canShare(InodeId directory) {
    return !lock(directory).writer;
  }

  boolean canLock(InodeId directory) {
    return !lock(directory).writer && lock(directory).readers == 0;
  }

  void share(InodeId directory) {
    lock(directory).readers++;
  }

  void unshare(InodeId directory) {
    lock(directory).readers--;
  }

  void lockAlone(InodeId directory) {
    lock(directory).writer = true;
  }

  void unlock(InodeId directory) {
    lock(directory).writer = false;
  }

  // Answers

  /** A name is entered, in the place of what is there. */
  void enter(Place place, Entry entry) {
    drop(place);
    entries.put(place, entry);
  }

  void drop(Place place) {
    Entry old = entries.remove(place);
    if (old != null) {
      old.hashed = false;
    }
  }

  /**
   * Takes attributes from an answer.
   *
   * @param askedAt the version when they were asked for; 0 takes them whatever it is now, as after
   *     an inode was made or changed
   */
  void take(InodeId inode, long commit, Validity validity, long askedAt) {
    boolean isNew = !inodes.containsKey(inode);
    Inode known = inodes.computeIfAbsent(inode, key -> new Inode());
    if (askedAt == 0 || known.version <= askedAt) {
      boolean mayBeOld = isNew && askedAt != 0 && askedAt < evicted;
      known.version = ++version;
      known.commit = commit;
      known.valid = !mayBeOld && !validity.equals(Validity.NONE);
    }
  }

  /** The inode leaves the cache; returns how many answers the kernel forgets with it. */
  long evict(InodeId inode) {
    evicted = ++version;
    return inodes.remove(inode).lookups;
  }

  /** The kernel's own operation has changed it: it has to be asked for, but its version stays. */
  void expire(InodeId inode) {
    Inode known = inodes.get(inode);
    if (known != null) {
      known.valid = false;
    }
  }

  /** The kernel has removed a name of it, and counts that by itself. */
  void unlinked(InodeId inode) {
    Inode known = inodes.get(inode);
    if (known != null) {
      known.version = ++version;
      known.valid = false;
    }
  }

  // Notifications

  @Override
  public int invalidateInode(InodeId inode, long offset, long length) {
    Inode known = inodes.get(inode);
    if (known == null) {
      return Errno.ENOENT;
    }
    known.version = ++version;
    known.valid = false;
    return Errno.OK;
  }

  @Override
  public int invalidateEntry(InodeId parent, Name name) {
    if (!canLock(parent)) {
      throw new IllegalStateException("this would block");
    }
    Place place = new Place(parent, name);
    if (!inodes.containsKey(parent) || !entries.containsKey(place)) {
      return Errno.ENOENT;
    }
    drop(place);
    return Errno.OK;
  }

  @Override
  public int deleteEntry(InodeId parent, InodeId child, Name name) {
    return invalidateEntry(parent, name);
  }

  @Override
  public int increaseEpoch() {
    epoch++;
    return Errno.OK;
  }
}
