package io.dinofs.remote.metadata;

import java.util.OptionalLong;
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

  /** Null while nothing is held. Written under this. */
  private volatile Held held;

  /** When what the server answered last was sent; null before the first. Written under this. */
  private volatile Moment confirmed;

  private record Held(Moment sent, long lengthNanos) {}

  Lease(Supplier<Moment> clock) {
    this.clock = clock;
  }

  /** The server has answered what was sent at {@code at}. */
  synchronized void renew(Moment at, long leaseNanos) {
    if (held == null || at.nanos() - held.sent().nanos() > 0) {
      held = new Held(at, leaseNanos - leaseNanos / MARGIN);
      confirmed = at;
    }
  }

  /** The node must not rely on it any more. */
  synchronized void drop() {
    held = null;
  }

  /** How long ago the server said last that it waits for this node; empty if it never did. */
  OptionalLong nanosSinceConfirmed() {
    Moment last = confirmed;
    return last == null ? OptionalLong.empty() : OptionalLong.of(clock.get().nanosSince(last));
  }

  /** Takes no lock: every read of what is cached asks. */
  boolean isHeld() {
    Held now = held;
    return now != null && clock.get().nanosSince(now.sent()) < now.lengthNanos();
  }
}
