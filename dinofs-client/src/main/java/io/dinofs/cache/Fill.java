package io.dinofs.cache;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Waiting;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A request under way whose answer is to be cached. As long as it is under way, {@link PushLog}
 * keeps what is pushed, so that the answer loses where a push was newer.
 */
final class Fill {
  private final List<RecordKey> keys;
  private final long floor;
  private final CountDownLatch done = new CountDownLatch(1);

  /** Guarded by the cache's write lock. */
  private boolean overtaken;

  /** Written before {@link #done} counts down. */
  private volatile DinofsException failure;

  /**
   * @param keys what others may wait for instead of asking for it too
   * @param floor the commit that the cache had applied when the request began
   */
  Fill(List<RecordKey> keys, long floor) {
    this.keys = keys;
    this.floor = floor;
  }

  List<RecordKey> keys() {
    return keys;
  }

  long floor() {
    return floor;
  }

  boolean isOvertaken() {
    return overtaken;
  }

  /** What was pushed meanwhile is not known as a whole any more: the answer can't be cached. */
  void overtake() {
    overtaken = true;
  }

  void fail(DinofsException reason) {
    failure = reason;
  }

  void complete() {
    done.countDown();
  }

  /**
   * Waits until the request is over. Whatever it brought is in the cache then, unless it failed for
   * a reason of its own or the cache had no room; the caller looks there and else asks itself.
   *
   * @throws DinofsException UNAVAILABLE if it found the server away or took too long, CLOSED,
   *     INTERRUPTED
   */
  void await(long limitMillis) throws DinofsException {
    Waiting.begin();
    try {
      awaitEnd(limitMillis);
    } finally {
      Waiting.end();
    }
    DinofsException reason = failure;
    if (reason != null
        && (reason.kind() == ErrorKind.UNAVAILABLE || reason.kind() == ErrorKind.CLOSED)) {
      throw new DinofsException(reason.kind(), reason.getMessage(), reason);
    }
  }

  private void awaitEnd(long limitMillis) throws DinofsException {
    try {
      if (!done.await(limitMillis, TimeUnit.MILLISECONDS)) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE, "no answer within " + limitMillis + " ms: " + keys);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while waiting: " + keys, e);
    }
  }
}
