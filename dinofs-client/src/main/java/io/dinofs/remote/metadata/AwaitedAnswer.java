package io.dinofs.remote.metadata;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.LockService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An answer about a lock that a thread waits for. */
final class AwaitedAnswer implements LockService.Answer {
  private final CountDownLatch given = new CountDownLatch(1);
  private volatile DinofsException refusal;

  @Override
  public void granted() {
    given.countDown();
  }

  @Override
  public void refused(DinofsException reason) {
    refusal = reason;
    given.countDown();
  }

  /**
   * Returns when the lock is granted.
   *
   * @throws DinofsException UNAVAILABLE after the limit, INTERRUPTED with the flag set, and why the
   *     lock is refused
   */
  void await(long limitNanos) throws DinofsException {
    try {
      if (!given.await(limitNanos, TimeUnit.NANOSECONDS)) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE,
            "the metadata server did not answer about a lock within "
                + TimeUnit.NANOSECONDS.toMillis(limitNanos)
                + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while waiting for a lock", e);
    }
    if (refusal != null) {
      throw new DinofsException(refusal.kind(), refusal.getMessage(), refusal);
    }
  }
}
