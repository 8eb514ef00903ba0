package io.dinofs.cache;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.VersionedStore.Subscription;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands for a subscription that is being made: its listener may be called before the call that
 * makes it returns. It is not current, and keeps what was applied until it can be said.
 */
final class PendingSubscription implements Subscription {
  private final CountDownLatch over = new CountDownLatch(1);

  /** Empty until it is made, and if that failed. Guarded by this. */
  private Optional<Subscription> made = Optional.empty();

  /** Guarded by this. */
  private CommitNumber applied = CommitNumber.NONE;

  synchronized void resolve(Subscription subscription) {
    made = Optional.of(subscription);
    subscription.applied(applied);
    over.countDown();
  }

  /** There will be no subscription. */
  void fail() {
    over.countDown();
  }

  private synchronized Optional<Subscription> made() {
    return made;
  }

  @Override
  public synchronized void applied(CommitNumber upTo) {
    if (upTo.isAfter(applied)) {
      applied = upTo;
    }
    made.ifPresent(subscription -> subscription.applied(upTo));
  }

  @Override
  public boolean isCurrent() {
    return false;
  }

  @Override
  public boolean awaitCurrent(long limitMillis) throws DinofsException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
    try {
      if (!over.await(limitMillis, TimeUnit.MILLISECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while subscribing", e);
    }
    Subscription subscription =
        made().orElseThrow(() -> new DinofsException(ErrorKind.CLOSED, "there is no subscription"));
    long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    return subscription.awaitCurrent(Math.max(0, leftMillis));
  }

  @Override
  public void close() {
    made().ifPresent(Subscription::close);
  }
}
