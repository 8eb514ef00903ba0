package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockRange;
import io.dinofs.vfs.FileSystem.FileHandle;
import java.util.Optional;

/**
 * The locks of open files, with the meaning of fcntl(2) and flock(2), for the processes of all
 * nodes.
 *
 * <p>Before others may read what was locked, what was written to the file is committed: when a lock
 * is given up or becomes a shared one. Who is granted a lock sees what was committed before.
 *
 * <p>A handle whose locks were lost, because the node was not heard of for its lease, fails with
 * LOCK_LOST from then on, as do reads and writes over it, until it is released.
 */
public interface FileLocks {
  /**
   * A lock as a process asks for it.
   *
   * @param owner what the kernel calls the owner; the same number whenever it is the same one
   * @param range {@link LockRange#ALL} for {@link LockKind#FLOCK}
   * @param pid the process; 0 if unknown
   */
  record Request(LockKind kind, long owner, LockRange range, LockMode mode, int pid) {}

  /**
   * A lock that is in the way.
   *
   * @param pid the process that has it; 0 if it is on another node
   */
  record Holder(LockRange range, LockMode mode, int pid) {}

  /** Is told, once and by any thread, what became of a lock that was waited for; must not block. */
  interface Answer {
    void granted();

    /**
     * @param reason DEADLOCK, INTERRUPTED if the wait was cancelled, or as {@link #tryLock}
     */
    void refused(DinofsException reason);
  }

  /** A lock that is waited for. */
  @FunctionalInterface
  interface Waiting {
    /** Waits no longer; the answer still comes, and may be that the lock is granted. */
    void cancel();
  }

  /** What is in the way of {@code wanted}, if anything: F_GETLK. */
  Optional<Holder> test(FileHandle handle, Request wanted) throws DinofsException;

  /**
   * Takes a lock at once: F_SETLK, or flock(2) with LOCK_NB.
   *
   * @throws DinofsException LOCKED, TOO_MANY_LOCKS, LOCK_LOST
   */
  void tryLock(FileHandle handle, Request wanted) throws DinofsException;

  /**
   * Takes a lock when nothing is in the way: F_SETLKW, or flock(2). Returns at once; the answer may
   * come before that.
   */
  Waiting lock(FileHandle handle, Request wanted, Answer answer);

  /**
   * F_UNLCK, LOCK_UN.
   *
   * @throws DinofsException as {@link FileSystem#flush}; the lock is given up nevertheless
   */
  void unlock(FileHandle handle, LockKind kind, long owner, LockRange range) throws DinofsException;

  /**
   * A process has closed a descriptor, after {@link FileSystem#flush}: it loses all its POSIX locks
   * of the file, over whichever descriptor it took them.
   */
  void closed(FileHandle handle, long owner) throws DinofsException;
}
