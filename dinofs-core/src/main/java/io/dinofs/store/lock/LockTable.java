package io.dinofs.store.lock;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService.Answer;
import io.dinofs.store.lock.HeldLocks.LockedFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The locks of a volume, held and waited for, with the rules of {@link
 * io.dinofs.store.LockService}. Guarded by its user; answers are given in the order of what they
 * tell, from within the call that brought them about, and must not call back.
 *
 * <p>As on Linux, a lock is granted whenever nothing that is <em>held</em> is in its way, whoever
 * waits: an owner that has to wait behind those who wait, for a lock that it needs to give up
 * another, could wait for itself.
 *
 * <p>A deadlock of POSIX locks is a circle of owners of whom each waits for a lock of the next. It
 * is looked for when an owner begins to wait, and when one that waits gets somebody else in its
 * way. Locks of flock(2) are not looked at, as on Linux.
 */
public final class LockTable {
  private final LockLimits limits;
  private final HeldLocks held = new HeldLocks();

  /** Who waits, in the order in which they came; no empty sets. */
  private final Map<LockedFile, Set<Waiter>> waiting = new HashMap<>();

  /** The same by owner; no empty sets. */
  private final Map<LockOwner, Set<Waiter>> waitingOf = new HashMap<>();

  /** How many each node waits for; no zeros. */
  private final Map<NodeId, Integer> waitingCounts = new HashMap<>();

  public LockTable(LockLimits limits) {
    this.limits = limits;
  }

  /** One that waits; equal only to itself. */
  public static final class Waiter {
    private final FileLock wanted;
    private final Answer answer;

    private Waiter(FileLock wanted, Answer answer) {
      this.wanted = wanted;
      this.answer = answer;
    }
  }

  /** The first lock that is in the way of {@code wanted}, if any. */
  public Optional<FileLock> test(FileLock wanted) {
    return held.conflict(wanted);
  }

  /**
   * Takes the lock at once.
   *
   * @throws DinofsException LOCKED, TOO_MANY_LOCKS
   */
  public void tryAcquire(FileLock wanted) throws DinofsException {
    requireRoom(wanted.owner().node());
    if (!takeIfFree(wanted)) {
      throw new DinofsException(
          ErrorKind.LOCKED, "inode " + wanted.inode() + " is locked on " + wanted.range());
    }
  }

  /**
   * Takes the lock as soon as nothing is in the way. Returns who waits for it, to be cancelled;
   * empty if the answer is given.
   */
  public Optional<Waiter> acquire(FileLock wanted, Answer answer) {
    try {
      requireRoom(wanted.owner().node());
      if (takeIfFree(wanted)) {
        answer.granted();
        return Optional.empty();
      }
      requireRoomToWait(wanted);
      requireNoDeadlock(wanted);
    } catch (DinofsException e) {
      answer.refused(e);
      return Optional.empty();
    }
    Waiter waiter = new Waiter(wanted, answer);
    waiting.computeIfAbsent(fileOf(wanted), file -> new LinkedHashSet<>()).add(waiter);
    waitingOf.computeIfAbsent(wanted.owner(), owner -> new LinkedHashSet<>()).add(waiter);
    waitingCounts.merge(wanted.owner().node(), 1, Integer::sum);
    return Optional.of(waiter);
  }

  /** Answers INTERRUPTED, unless an answer was given. */
  public void cancel(Waiter waiter) {
    if (remove(waiter)) {
      waiter.answer.refused(
          new DinofsException(ErrorKind.INTERRUPTED, "the wait for a lock was interrupted"));
    }
  }

  /**
   * Gives up what the owner holds there.
   *
   * @throws DinofsException TOO_MANY_LOCKS if two would be left of one
   */
  public void release(LockPlace place) throws DinofsException {
    if (held.wouldSplit(place)) {
      requireRoom(place.owner().node());
    }
    giveUp(place);
  }

  private void giveUp(LockPlace place) {
    if (held.clear(place)) {
      settle(LockedFile.of(place));
    }
  }

  /** Ends the waits of {@code node}, without an answer. */
  public void forgetWaiting(NodeId node) {
    if (waitingCounts.containsKey(node)) {
      List<Waiter> gone = new ArrayList<>();
      waitingOf.forEach(
          (owner, waiters) -> {
            if (owner.node().equals(node)) {
              gone.addAll(waiters);
            }
          });
      gone.forEach(this::remove);
    }
  }

  /** Gives up all that {@code node} holds, and ends its waits without an answer. */
  public void leave(NodeId node) {
    forgetWaiting(node);
    Set<LockedFile> files = new HashSet<>();
    held.clear(node).forEach(lock -> files.add(fileOf(lock)));
    files.forEach(this::settle);
  }

  /**
   * Gives {@code node} exactly {@code locks}, and ends its waits without an answer. If one is in
   * the way of another node's it gets none.
   *
   * @return whether it got them
   */
  public boolean replace(NodeId node, List<FileLock> locks) {
    forgetWaiting(node);
    Set<LockedFile> files = new HashSet<>();
    held.clear(node).forEach(lock -> files.add(fileOf(lock)));
    boolean free = locks.stream().allMatch(lock -> held.conflict(lock).isEmpty());
    if (free) {
      for (FileLock lock : locks) {
        held.set(lock);
        files.add(fileOf(lock));
      }
    }
    files.forEach(this::settle);
    return free;
  }

  /** Whether the owner has a lock there. */
  public boolean holds(LockPlace place) {
    return held.holds(place);
  }

  /** How many locks {@code node} holds. */
  public int count(NodeId node) {
    return held.count(node);
  }

  /** All that {@code node} holds. */
  public List<FileLock> heldBy(NodeId node) {
    return held.heldBy(node);
  }

  private static LockedFile fileOf(FileLock lock) {
    return LockedFile.of(lock.place());
  }

  private boolean takeIfFree(FileLock wanted) {
    if (held.conflict(wanted).isEmpty()) {
      held.set(wanted);
      settle(fileOf(wanted));
      return true;
    }
    if (wanted.place().kind() == LockKind.FLOCK) {
      giveUp(wanted.place());
    }
    return false;
  }

  private void requireRoom(NodeId node) throws DinofsException {
    if (held.count(node) >= limits.held()) {
      throw new DinofsException(
          ErrorKind.TOO_MANY_LOCKS, "node " + node + " has " + limits.held() + " locks");
    }
  }

  private void requireRoomToWait(FileLock wanted) throws DinofsException {
    NodeId node = wanted.owner().node();
    if (waitingCounts.getOrDefault(node, 0) >= limits.waiting()) {
      throw new DinofsException(
          ErrorKind.TOO_MANY_LOCKS, "node " + node + " waits for " + limits.waiting() + " locks");
    }
  }

  private boolean remove(Waiter waiter) {
    FileLock wanted = waiter.wanted;
    if (!waitingOf.getOrDefault(wanted.owner(), Set.of()).contains(waiter)) {
      return false;
    }
    removeFrom(waitingOf, wanted.owner(), waiter);
    removeFrom(waiting, fileOf(wanted), waiter);
    waitingCounts.computeIfPresent(
        wanted.owner().node(), (node, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    return true;
  }

  private static <K> void removeFrom(Map<K, Set<Waiter>> map, K key, Waiter waiter) {
    Set<Waiter> waiters = map.get(key);
    waiters.remove(waiter);
    if (waiters.isEmpty()) {
      map.remove(key);
    }
  }

  /**
   * What is held of {@code file} has changed: grants what can be granted now, and refuses what has
   * become a deadlock.
   */
  private void settle(LockedFile file) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Waiter waiter : List.copyOf(waiting.getOrDefault(file, Set.of()))) {
        if (held.conflict(waiter.wanted).isEmpty()) {
          remove(waiter);
          held.set(waiter.wanted);
          waiter.answer.granted();
          // What was granted may have replaced a lock that was in the way of one further ahead.
          changed = true;
        }
      }
    }
    for (Waiter waiter : List.copyOf(waiting.getOrDefault(file, Set.of()))) {
      try {
        requireNoDeadlock(waiter.wanted);
      } catch (DinofsException e) {
        remove(waiter);
        waiter.answer.refused(e);
      }
    }
  }

  /**
   * @throws DinofsException DEADLOCK if {@code wanted}'s owner would wait for itself
   */
  private void requireNoDeadlock(FileLock wanted) throws DinofsException {
    if (wanted.place().kind() != LockKind.POSIX) {
      return;
    }
    Set<LockOwner> seen = held.ownersInTheWay(wanted);
    Deque<LockOwner> next = new ArrayDeque<>(seen);
    for (LockOwner owner = next.poll(); owner != null; owner = next.poll()) {
      for (Waiter waiter : waitingOf.getOrDefault(owner, Set.of())) {
        if (waiter.wanted.place().kind() != LockKind.POSIX) {
          continue;
        }
        for (LockOwner inTheWay : held.ownersInTheWay(waiter.wanted)) {
          if (inTheWay.equals(wanted.owner())) {
            throw new DinofsException(
                ErrorKind.DEADLOCK,
                "waiting for a lock on inode " + wanted.inode() + " would be a deadlock");
          }
          if (seen.add(inTheWay)) {
            next.add(inTheWay);
          }
        }
      }
    }
  }
}
