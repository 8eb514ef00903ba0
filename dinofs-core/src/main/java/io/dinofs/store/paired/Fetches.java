package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which keys are being fetched from the slow store, so that concurrent misses of one key collapse
 * into one, and which are being put, so that a fetched value never takes the place of a newer one.
 * Does no I/O.
 */
final class Fetches {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by lock. */
  private final Map<Key, Fetch> fetches = new HashMap<>();

  /** How many puts of a key are under way; guarded by lock. */
  private final Map<Key, Integer> writers = new HashMap<>();

  /** Makes the caller the one who fetches the key, or returns the fetch that is under way. */
  Fetch joinOrLead(Key key, Fetch own) {
    lock.lock();
    try {
      Fetch running = fetches.putIfAbsent(key, own);
      if (running == null && writers.containsKey(key)) {
        own.forbidFill();
      }
      return running == null ? own : running;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the value may be written to the fast store now; if so, puts wait until {@link #finish}.
   */
  boolean beginFill(Fetch fetch) {
    lock.lock();
    try {
      return fetch.beginFill();
    } finally {
      lock.unlock();
    }
  }

  /** The fetch is over, whatever came of it. */
  void finish(Key key, Fetch fetch) {
    lock.lock();
    try {
      fetch.endFill();
      fetches.remove(key, fetch);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A put begins: a fetch that is under way no longer fills the fast store.
   *
   * @param limitNanos how long to wait for a fill that has begun
   * @throws DinofsException INTERRUPTED, UNAVAILABLE after the limit
   */
  void beginWrite(Key key, long limitNanos) throws DinofsException {
    try {
      lock.lockInterruptibly();
      try {
        long left = limitNanos;
        while (isFilling(key)) {
          if (left <= 0) {
            throw new DinofsException(
                ErrorKind.UNAVAILABLE, "the cache was not done with " + key + " in time");
          }
          left = changed.awaitNanos(left);
        }
        writers.merge(key, 1, Integer::sum);
        Fetch fetch = fetches.get(key);
        if (fetch != null) {
          fetch.forbidFill();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted before " + key + " was put", e);
    }
  }

  private boolean isFilling(Key key) {
    Fetch fetch = fetches.get(key);
    return fetch != null && fetch.isFilling();
  }

  /** A put is over: who waits for a fetch of the key looks into the fast store again. */
  void endWrite(Key key) {
    Fetch overtaken;
    lock.lock();
    try {
      writers.computeIfPresent(key, (any, count) -> count > 1 ? count - 1 : null);
      overtaken = fetches.remove(key);
    } finally {
      lock.unlock();
    }
    if (overtaken != null) {
      overtaken.sendAway();
    }
  }
}
