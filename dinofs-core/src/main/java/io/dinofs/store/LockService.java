package io.dinofs.store;

import io.dinofs.model.DinofsException;
import io.dinofs.model.FileLock;
import io.dinofs.model.LockPlace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Advisory locks on files, with the meaning of fcntl(2) and flock(2), for owners on any node.
 *
 * <p>A lock that an owner takes replaces what it had on the same bytes. Where taking one has to
 * wait, a POSIX lock that is to be replaced is kept meanwhile; one of flock(2) is given up first,
 * also if the attempt fails then, as on Linux.
 *
 * <p>Locks are not durable. They end when they are released, and all of a node's at once when the
 * node leaves or is not heard of for its lease.
 *
 * <p>Safe for any number of threads. Methods that throw may throw UNAVAILABLE, INTERRUPTED and
 * CLOSED.
 */
public interface LockService {
  /** Is told, once and by any thread, what became of a lock that was waited for. */
  interface Answer {
    /** The lock is held. Must not block. */
    void granted();

    /**
     * The lock is not held.
     *
     * @param reason DEADLOCK if it could never have been granted, INTERRUPTED if the wait was
     *     cancelled, TOO_MANY_LOCKS, or what methods may throw
     */
    void refused(DinofsException reason);
  }

  /** A lock that is waited for. */
  @FunctionalInterface
  interface Waiting {
    /**
     * Waits no longer. Nothing happens if the answer was given, or is on its way. Returns at once.
     */
    void cancel();
  }

  /** The first lock that is in the way of {@code wanted}, if any. */
  Optional<FileLock> test(FileLock wanted) throws DinofsException;

  /**
   * Takes the lock at once.
   *
   * @throws DinofsException LOCKED if another is in the way, TOO_MANY_LOCKS
   */
  void tryAcquire(FileLock wanted) throws DinofsException;

  /**
   * Takes the lock as soon as nothing is in the way; those who wait are looked at in the order in
   * which they came. The answer may come before this returns.
   */
  Waiting acquire(FileLock wanted, Answer answer);

  /**
   * Gives up what the owner holds there, if anything. When it fails, the locks are given up, too:
   * at the latest when the node is connected again, or its lease has ended.
   *
   * @throws DinofsException TOO_MANY_LOCKS if two would be left of one, which is then kept
   */
  void release(LockPlace place) throws DinofsException;

  /** Whether the owner has a lock there, as far as this node knows. Answers at once. */
  boolean holds(LockPlace place);

  /**
   * Whether what was granted is held for certain: false while the node is without its connection
   * for so long that others may have been granted its locks. Answers at once.
   */
  boolean isCertain();

  /**
   * {@code listener} is told, after the fact and by any thread, when this node has lost all locks
   * that it held, and which; it must not block. There is one listener.
   */
  void onLoss(Consumer<List<FileLock>> listener);
}
