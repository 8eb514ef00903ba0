package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who waits for which blob. Safe for any number of threads.
 *
 * <p>A waiter has to look for its blob once more after it was added: the blob may have come in
 * between.
 */
final class Arrivals {
  private final int maxWaiters;
  private final AtomicInteger count = new AtomicInteger();
  private final Map<BlobKey, Set<Runnable>> waiters = new ConcurrentHashMap<>();

  Arrivals(int maxWaiters) {
    this.maxWaiters = maxWaiters;
  }

  /**
   * @param waiter is called at most once, in the thread that tells of the arrival; must not block
   * @return false if too many wait already
   */
  boolean add(BlobKey key, Runnable waiter) {
    if (count.incrementAndGet() > maxWaiters) {
      count.decrementAndGet();
      return false;
    }
    waiters.compute(
        key,
        (k, present) -> {
          Set<Runnable> set = present == null ? new LinkedHashSet<>() : present;
          set.add(waiter);
          return set;
        });
    return true;
  }

  /** Forgets a waiter; one that is not there, or was called, is not missed. */
  void remove(BlobKey key, Runnable waiter) {
    waiters.computeIfPresent(
        key,
        (k, set) -> {
          if (set.remove(waiter)) {
            count.decrementAndGet();
          }
          return set.isEmpty() ? null : set;
        });
  }

  /** The blob can be read from now on. */
  void arrived(BlobKey key) {
    Set<Runnable> arrived = waiters.remove(key);
    if (arrived != null) {
      count.addAndGet(-arrived.size());
      arrived.forEach(Runnable::run);
    }
  }

  int count() {
    return count.get();
  }
}
