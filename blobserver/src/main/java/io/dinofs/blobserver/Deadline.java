package io.dinofs.blobserver;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Calls back when a time has come, and is cheap to move: it is moved with every piece of a body.
 * Belongs to one event loop.
 */
final class Deadline {
  private final EventExecutor loop;
  private final Runnable expired;
  private long atNanos;
  private boolean armed;

  /** A task is in the loop's queue, for a time not after the deadline's. */
  private boolean scheduled;

  private long scheduledAtNanos;

  Deadline(EventExecutor loop, Runnable expired) {
    this.loop = loop;
    this.expired = expired;
  }

  /** Moves the deadline to so long from now. */
  void in(Duration delay) {
    atNanos = System.nanoTime() + delay.toNanos();
    armed = true;
    if (!scheduled || scheduledAtNanos - atNanos > 0) {
      schedule();
    }
  }

  void off() {
    armed = false;
  }

  private void schedule() {
    scheduled = true;
    scheduledAtNanos = atNanos;
    long mine = atNanos;
    var unused = loop.schedule(() -> check(mine), mine - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void check(long mine) {
    if (!scheduled || mine != scheduledAtNanos) {
      return;
    }
    scheduled = false;
    if (!armed) {
      return;
    }
    if (atNanos - System.nanoTime() > 0) {
      schedule();
    } else {
      armed = false;
      expired.run();
    }
  }
}
