package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Lets threads wait until something has become true. Costs those who change it next to nothing
 * while nobody waits.
 */
final class Signal {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger waiters = new AtomicInteger();

  /** Something may have changed. */
  void signal() {
    if (waiters.get() > 0) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until {@code condition} is true, for {@code limitNanos} at most.
   *
   * @return whether it is
   * @throws DinofsException INTERRUPTED with the flag set
   */
  boolean await(BooleanSupplier condition, long limitNanos) throws DinofsException {
    Waiting.begin();
    try {
      return awaitChange(condition, limitNanos);
    } finally {
      Waiting.end();
    }
  }

  private boolean awaitChange(BooleanSupplier condition, long limitNanos) throws DinofsException {
    waiters.incrementAndGet();
    lock.lock();
    try {
      long left = limitNanos;
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(
          ErrorKind.INTERRUPTED, "interrupted while waiting for the metadata server", e);
    } finally {
      lock.unlock();
      waiters.decrementAndGet();
    }
  }
}
