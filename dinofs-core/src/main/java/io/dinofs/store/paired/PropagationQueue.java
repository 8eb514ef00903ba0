package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import io.dinofs.store.Key;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntToLongFunction;

/**
 * Which keys have to be propagated, and in which order. Does no I/O. A key is in the queue from the
 * moment its first put begins until it has left the pending set.
 */
final class PropagationQueue {
  private enum State {
    /** Nothing to propagate, but it is being written to the fast store. */
    WRITING,
    /** To be propagated. */
    QUEUED,
    /** Being propagated. */
    UPLOADING,
    /** Has been propagated and is being removed from the pending set; a put has to wait. */
    SETTLING,
    /** Is being removed from the fast store; a put has to wait. */
    EVICTING
  }

  /** All fields are guarded by lock. */
  private static final class Entry {
    State state = State.WRITING;
    int writers;

    /** How often the slow store has refused the value. */
    int refusals;

    /** Whether it was put again since the upload began. */
    boolean dirty;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by lock. */
  private final Map<Key, Entry> entries = new HashMap<>();

  /** The queued keys; guarded by lock. */
  private final KeyOrder order = new KeyOrder();

  /** Guarded by lock. */
  private int uploading;

  /**
   * While the slow store fails: one key at a time, and none before pausedUntilNanos; guarded by
   * lock.
   */
  private boolean paused;

  /** Guarded by lock. */
  private long pausedUntilNanos;

  /** How often the slow store has failed; guarded by lock. */
  private long failures;

  /** What the slow store failed with last; null if it works. Guarded by lock. */
  private DinofsException lastFailure;

  /** No writes begin any more; guarded by lock. */
  private boolean closing;

  /** Nothing is given out any more; guarded by lock. */
  private boolean stopped;

  /** A key that an earlier process has left. */
  void restore(Key key) {
    lock.lock();
    try {
      entries.computeIfAbsent(key, any -> new Entry()).state = State.QUEUED;
      order.add(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A put of the key begins. From now on the key does not leave the pending set.
   *
   * @param limitNanos how long to wait for what excludes a put: one short local write
   * @throws DinofsException CLOSED, INTERRUPTED; UNAVAILABLE after the limit
   */
  void beginWrite(Key key, long limitNanos) throws DinofsException {
    long left = limitNanos;
    lockInterruptibly();
    try {
      while (!closing && excludesWrites(key)) {
        if (left <= 0) {
          throw new DinofsException(
              ErrorKind.UNAVAILABLE, "the cache did not let go of " + key + " in time");
        }
        left = await(left);
      }
      if (closing) {
        throw closed();
      }
      entries.computeIfAbsent(key, any -> new Entry()).writers++;
    } finally {
      lock.unlock();
    }
  }

  private boolean excludesWrites(Key key) {
    Entry entry = entries.get(key);
    return entry != null && (entry.state == State.SETTLING || entry.state == State.EVICTING);
  }

  /**
   * A put of the key has ended.
   *
   * @param stored whether the fast store has taken the value
   * @return whether the caller has to remove the key from the pending set and call {@link #settled}
   */
  boolean endWrite(Key key, boolean stored) {
    lock.lock();
    try {
      Entry entry = entries.get(key);
      entry.writers--;
      if (stored && entry.state == State.UPLOADING) {
        entry.dirty = true;
      } else if (stored && entry.state == State.WRITING) {
        enqueue(key, entry);
      } else if (entry.state == State.WRITING && entry.writers == 0) {
        entry.state = State.SETTLING;
        return true;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Key key, Entry entry) {
    entry.state = State.QUEUED;
    order.add(key);
    changed.signalAll();
  }

  /**
   * Waits for a key to propagate and gives it to the caller alone.
   *
   * @return empty when the queue is stopped
   * @throws InterruptedException when the thread is interrupted
   */
  Optional<Key> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!stopped) {
        long now = System.nanoTime();
        boolean available = order.hasNext(now);
        boolean probing = paused && uploading > 0;
        long pauseNanos = paused ? pausedUntilNanos - now : 0;
        if (available && !probing && pauseNanos <= 0) {
          return Optional.of(takeNext());
        }
        long waitNanos = available && !probing ? pauseNanos : Long.MAX_VALUE;
        waitNanos =
            Math.min(waitNanos, order.nextDueNanos().map(due -> due - now).orElse(Long.MAX_VALUE));
        changed.awaitNanos(waitNanos);
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private Key takeNext() {
    Key key = order.next();
    Entry entry = entries.get(key);
    entry.state = State.UPLOADING;
    entry.dirty = false;
    uploading++;
    return key;
  }

  /**
   * The value that the key had when it was taken is in the slow store.
   *
   * @return whether the caller has to remove the key from the pending set and call {@link #settled}
   */
  boolean succeeded(Key key) {
    lock.lock();
    try {
      paused = false;
      lastFailure = null;
      uploading--;
      changed.signalAll();
      Entry entry = entries.get(key);
      if (entry.dirty) {
        enqueue(key, entry);
        return false;
      }
      entry.state = entry.writers > 0 ? State.WRITING : State.SETTLING;
      return entry.state == State.SETTLING;
    } finally {
      lock.unlock();
    }
  }

  /** The key has left the pending set. */
  void settled(Key key) {
    lock.lock();
    try {
      entries.remove(key);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The key could not be propagated because of its value; the others go on.
   *
   * @param delayNanos how long the key has to wait, by how often it was refused
   * @return how often it was refused
   */
  int refused(Key key, IntToLongFunction delayNanos) {
    lock.lock();
    try {
      uploading--;
      Entry entry = entries.get(key);
      entry.state = State.QUEUED;
      entry.refusals++;
      order.addDelayed(key, System.nanoTime() + delayNanos.applyAsLong(entry.refusals));
      changed.signalAll();
      return entry.refusals;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The key could not be propagated because the slow store fails; nothing is given out for a while.
   */
  void failed(Key key, DinofsException reason, long pauseNanos) {
    lock.lock();
    try {
      uploading--;
      failures++;
      lastFailure = reason;
      paused = true;
      pausedUntilNanos = System.nanoTime() + pauseNanos;
      entries.get(key).state = State.QUEUED;
      order.addUrgent(key);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves keys to the front, tries a failing store again at once, and waits until each of the keys
   * has left the queue.
   *
   * @throws DinofsException UNAVAILABLE after the limit, NO_SPACE as soon as the slow store says
   *     so, INTERRUPTED, CLOSED
   */
  void awaitPropagated(Collection<Key> keys, long limitNanos) throws DinofsException {
    lockInterruptibly();
    try {
      order.hurry(new LinkedHashSet<>(keys));
      pausedUntilNanos = System.nanoTime();
      changed.signalAll();
      long left = limitNanos;
      long failuresBefore = failures;
      for (Key key : keys) {
        while (isPending(key)) {
          if (stopped) {
            throw closed();
          }
          boolean isFull = lastFailure != null && lastFailure.kind() == ErrorKind.NO_SPACE;
          if (left <= 0 || (isFull && failures > failuresBefore)) {
            throw notPropagated(key);
          }
          left = await(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Called under the lock. */
  private DinofsException notPropagated(Key key) {
    String what = key + " is not propagated yet, one of " + entries.size();
    return lastFailure == null
        ? new DinofsException(ErrorKind.UNAVAILABLE, what)
        : new DinofsException(
            lastFailure.kind() == ErrorKind.NO_SPACE ? ErrorKind.NO_SPACE : ErrorKind.UNAVAILABLE,
            what + ": " + lastFailure.getMessage(),
            lastFailure);
  }

  private boolean isPending(Key key) {
    Entry entry = entries.get(key);
    return entry != null && entry.state != State.SETTLING && entry.state != State.EVICTING;
  }

  /**
   * Excludes puts of a key until {@link #settled}, if it has nothing to propagate.
   *
   * @return whether the caller may remove the key from the fast store now
   */
  boolean beginEvict(Key key) {
    lock.lock();
    try {
      if (stopped || entries.containsKey(key)) {
        return false;
      }
      Entry entry = new Entry();
      entry.state = State.EVICTING;
      entries.put(key, entry);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets no more puts begin and waits until the queue is empty.
   *
   * @return how many keys were left when the limit was over, or the thread was interrupted
   */
  int drain(long limitNanos) {
    lock.lock();
    try {
      closing = true;
      pausedUntilNanos = System.nanoTime();
      changed.signalAll();
      long left = limitNanos;
      while (!entries.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return stop();
  }

  private int stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  private void lockInterruptibly() throws DinofsException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private long await(long nanos) throws DinofsException {
    Waiting.begin();
    try {
      return awaitChange(nanos);
    } finally {
      Waiting.end();
    }
  }

  /** Called in loops only. */
  @SuppressWarnings("WaitNotInLoop")
  private long awaitChange(long nanos) throws DinofsException {
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static DinofsException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DinofsException(ErrorKind.INTERRUPTED, "interrupted", cause);
  }

  private static DinofsException closed() {
    return new DinofsException(ErrorKind.CLOSED, "the store is closed");
  }
}
