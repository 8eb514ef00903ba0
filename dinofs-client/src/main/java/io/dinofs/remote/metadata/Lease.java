package io.dinofs.remote.metadata;

import java.util.function.Supplier;

/**
 * Until when the server waits for this node, by the node's own clocks.
 *
 * <p>It is counted from the moment that something was <em>sent</em> which the server answered. The
 * server counts from when it heard of it, which is later, so this lease ends first, also when the
 * machine has slept in between. Safe for any number of threads.
 */
final class Lease {
  /** The part of the lease that is given away, for clocks that do not run alike. */
  private static final int MARGIN = 20;

  private final Supplier<Moment> clock;
  private Moment sent; // guarded by this; null while nothing is held
  private long lengthNanos; // guarded by this

  Lease(Supplier<Moment> clock) {
    this.clock = clock;
  }

  /** The server has answered what was sent at {@code at}. */
  synchronized void renew(Moment at, long leaseNanos) {
    if (sent == null || at.nanos() - sent.nanos() > 0) {
      sent = at;
      lengthNanos = leaseNanos - leaseNanos / MARGIN;
    }
  }

  /** The node must not rely on it any more. */
  synchronized void drop() {
    sent = null;
  }

  synchronized boolean isHeld() {
    return sent != null && clock.get().nanosSince(sent) < lengthNanos;
  }
}
