package io.dinofs.remote.metadata;

import java.util.function.LongSupplier;

/**
 * Until when the server waits for this node, by the node's own clock.
 *
 * <p>It is counted from the moment that something was <em>sent</em> which the server answered. The
 * server counts from when it heard of it, which is later, so this lease ends first. Safe for any
 * number of threads.
 */
final class Lease {
  /** The part of the lease that is given away, for clocks that do not run alike. */
  private static final int MARGIN = 20;

  private final LongSupplier nanoClock;
  private boolean held; // guarded by this
  private long untilNanos; // guarded by this

  Lease(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** The server has answered what was sent at {@code sentNanos}. */
  synchronized void renew(long sentNanos, long leaseNanos) {
    long until = sentNanos + leaseNanos - leaseNanos / MARGIN;
    if (!held || until - untilNanos > 0) {
      held = true;
      untilNanos = until;
    }
  }

  /** The node must not rely on it any more. */
  synchronized void drop() {
    held = false;
  }

  synchronized boolean isHeld() {
    return held && untilNanos - nanoClock.getAsLong() > 0;
  }
}
