package io.dinofs.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What one node uses just now. Safe for any number of threads. */
public final class NodeUse {
  private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Object who;
  private final NodeLimits limits;
  private final LongSupplier nanoClock;

  /** When the requests so far would all have come, had they come evenly; as the clock tells. */
  private final AtomicLong evenNanos;

  private final AtomicLong bytes = new AtomicLong();

  /** Guarded by the table's lock for this node. */
  private int connections;

  NodeUse(Object who, NodeLimits limits, LongSupplier nanoClock) {
    this.who = who;
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.evenNanos = new AtomicLong(nanoClock.getAsLong());
  }

  Object who() {
    return who;
  }

  boolean enter() {
    if (connections >= limits.connections()) {
      return false;
    }
    connections++;
    return true;
  }

  /** Whether it was the last connection. */
  boolean leave() {
    connections--;
    return connections == 0;
  }

  /** Counts a request; {@link #waitNanos} tells whether it was one too many. */
  public void request() {
    long step = TimeUnit.SECONDS.toNanos(1) / limits.requestsPerSecond();
    long now = nanoClock.getAsLong();
    evenNanos.updateAndGet(even -> (even - now > 0 ? even : now) + step);
  }

  /** How long nothing more is to be taken of this node; 0 or less if it may go on. */
  public long waitNanos() {
    return evenNanos.get() - nanoClock.getAsLong() - BURST_NANOS;
  }

  /**
   * Counts bytes that stay until {@link #end}.
   *
   * @return false if they are too many; they count anyway
   */
  public boolean begin(long added) {
    return bytes.addAndGet(added) <= limits.bytesUnderWay();
  }

  /** What {@link #begin} has counted is no more. */
  public void end(long removed) {
    bytes.addAndGet(-removed);
  }
}
