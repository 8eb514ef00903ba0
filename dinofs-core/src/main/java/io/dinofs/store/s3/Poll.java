package io.dinofs.store.s3;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Waiting;
import java.time.Duration;

/** Pauses between looks at a bucket, which tells nobody of its changes; each twice as long. */
final class Poll {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final long deadlineNanos;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  Poll(Duration limit) {
    deadlineNanos = System.nanoTime() + limit.toNanos();
  }

  /**
   * Waits, unless the time is up.
   *
   * @return whether it has waited
   * @throws DinofsException INTERRUPTED
   */
  boolean pause() throws DinofsException {
    if (System.nanoTime() - deadlineNanos >= 0) {
      return false;
    }
    Waiting.begin();
    try {
      Thread.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted in a wait for a bucket", e);
    } finally {
      Waiting.end();
    }
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    return true;
  }
}
