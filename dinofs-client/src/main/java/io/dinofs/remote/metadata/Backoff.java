package io.dinofs.remote.metadata;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * The pauses between attempts to connect: twice as long each time, not alike on all nodes. Used by
 * one thread.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 10;
  private static final long LONGEST_MILLIS = 1000;

  private long nextMillis = FIRST_MILLIS;

  void reset() {
    nextMillis = FIRST_MILLIS;
  }

  /** Pauses, unless {@code stop} or the thread is interrupted. */
  void pause(BooleanSupplier stop) {
    long millis = nextMillis / 2 + ThreadLocalRandom.current().nextLong(nextMillis / 2 + 1);
    nextMillis = Math.min(LONGEST_MILLIS, nextMillis * 2);
    if (stop.getAsBoolean()) {
      return;
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Only closing interrupts this thread, and that is looked at before anything else is done.
      nextMillis = FIRST_MILLIS;
    }
  }
}
