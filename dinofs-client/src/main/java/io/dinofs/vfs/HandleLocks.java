package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService;
import io.dinofs.vfs.FileSystem.FileHandle;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link FileLocks} over a {@link LockService}. Knows who has asked for a lock over which
 * handle, so that locks of an open file description (flock(2), F_OFD_SETLK) end with the handle:
 * the kernel tells of their end in no other way.
 *
 * <p>Safe for any number of threads; no lock is held while the service is called.
 */
final class HandleLocks implements FileLocks {
  private static final Logger log = LoggerFactory.getLogger(HandleLocks.class);

  private final LockService service;
  private final NodeId node;
  private final Committer committer;

  /** By identity: handles of one file may be equal. Guarded by this. */
  private final IdentityHashMap<FileHandle, Use> uses = new IdentityHashMap<>();

  /** How many uses there are, to be looked at without the lock. Written under the lock. */
  private volatile int useCount;

  /** Commits what was written to the file of a handle. */
  @FunctionalInterface
  interface Committer {
    void commit(FileHandle handle) throws DinofsException;
  }

  /** A handle over which locks were asked for. Guarded by the outer object. */
  private static final class Use {
    /** Who has asked, and did not give up everything since. */
    private final Set<LockPlace> places = new HashSet<>();

    private boolean lost;
  }

  HandleLocks(LockService service, NodeId node, Committer committer) {
    this.service = service;
    this.node = node;
    this.committer = committer;
    service.onLoss(this::lost);
  }

  @Override
  public Optional<Holder> test(FileHandle handle, Request wanted) throws DinofsException {
    return service
        .test(fileLock(handle, wanted))
        .map(
            lock ->
                new Holder(
                    lock.range(), lock.mode(), lock.owner().node().equals(node) ? lock.pid() : 0));
  }

  @Override
  public void tryLock(FileHandle handle, Request wanted) throws DinofsException {
    prepare(handle, wanted);
    service.tryAcquire(fileLock(handle, wanted));
  }

  @Override
  public Waiting lock(FileHandle handle, Request wanted, Answer answer) {
    try {
      prepare(handle, wanted);
    } catch (DinofsException e) {
      answer.refused(e);
      return () -> {};
    }
    return service.acquire(fileLock(handle, wanted), new Handover(answer))::cancel;
  }

  private record Handover(Answer answer) implements LockService.Answer {
    @Override
    public void granted() {
      answer.granted();
    }

    @Override
    public void refused(DinofsException reason) {
      answer.refused(reason);
    }
  }

  private void prepare(FileHandle handle, Request wanted) throws DinofsException {
    // In doubt, the service finds out before it grants anything.
    requireNotLost(handle);
    if (wanted.mode() == LockMode.SHARED) {
      committer.commit(handle);
    }
    use(handle, everything(handle, wanted.kind(), wanted.owner()));
  }

  @Override
  public void unlock(FileHandle handle, LockKind kind, long owner, LockRange range)
      throws DinofsException {
    LockPlace place = new LockPlace(handle.inode(), kind, new LockOwner(node, owner), range);
    try {
      committer.commit(handle);
    } finally {
      service.release(place);
    }
  }

  @Override
  public void closed(FileHandle handle, long owner) throws DinofsException {
    LockPlace place = everything(handle, LockKind.POSIX, owner);
    synchronized (this) {
      uses.values().forEach(use -> use.places.remove(place));
    }
    service.release(place);
  }

  /** The handle is gone, and what was locked over it is free. */
  void released(FileHandle handle) throws DinofsException {
    Use use;
    synchronized (this) {
      use = uses.remove(handle);
      useCount = uses.size();
    }
    if (use != null) {
      for (LockPlace place : use.places) {
        service.release(place);
      }
    }
  }

  /**
   * Returns if nothing that was locked over the handle is lost.
   *
   * @throws DinofsException LOCK_LOST
   */
  void requireHeld(FileHandle handle) throws DinofsException {
    if (useCount > 0 && isInDoubt(handle)) {
      throw new DinofsException(
          ErrorKind.LOCK_LOST, "inode " + handle.inode() + ": its locks are lost, or may be");
    }
  }

  private synchronized void requireNotLost(FileHandle handle) throws DinofsException {
    Use use = uses.get(handle);
    if (use != null && use.lost) {
      throw new DinofsException(
          ErrorKind.LOCK_LOST, "inode " + handle.inode() + ": its locks are lost");
    }
  }

  private synchronized boolean isInDoubt(FileHandle handle) {
    Use use = uses.get(handle);
    return use != null
        && (use.lost || (!service.isCertain() && use.places.stream().anyMatch(service::holds)));
  }

  private synchronized void use(FileHandle handle, LockPlace place) {
    uses.computeIfAbsent(handle, key -> new Use()).places.add(place);
    useCount = uses.size();
  }

  private void lost(List<FileLock> locks) {
    Set<LockPlace> places = new HashSet<>();
    Set<InodeId> inodes = new HashSet<>();
    for (FileLock lock : locks) {
      LockPlace place = lock.place();
      places.add(LockPlace.everything(place.inode(), place.kind(), place.owner()));
      inodes.add(place.inode());
    }
    synchronized (this) {
      for (Use use : uses.values()) {
        use.lost |= use.places.stream().anyMatch(places::contains);
      }
    }
    log.warn(
        "this node was not heard of for its lease and has lost its locks on inodes {}; the open"
            + " files that had them fail with EIO until they are closed",
        inodes);
  }

  private FileLock fileLock(FileHandle handle, Request wanted) {
    LockOwner owner = new LockOwner(node, wanted.owner());
    return new FileLock(
        new LockPlace(handle.inode(), wanted.kind(), owner, wanted.range()),
        wanted.mode(),
        wanted.pid());
  }

  private LockPlace everything(FileHandle handle, LockKind kind, long owner) {
    return LockPlace.everything(handle.inode(), kind, new LockOwner(node, owner));
  }
}
