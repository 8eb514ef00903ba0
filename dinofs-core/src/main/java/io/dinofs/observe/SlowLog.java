package io.dinofs.observe;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which operations were slow: one a second at most, with how many others there
 * were, since what makes one slow often makes thousands slow. Safe for any number of threads.
 */
public final class SlowLog {
  private static final Logger log = LoggerFactory.getLogger(SlowLog.class);
  private static final long PERIOD_NANOS = 1_000_000_000;

  private final long thresholdNanos;
  private final LongSupplier nanoTime;
  private final AtomicLong nextNanos;
  private final AtomicLong unsaid = new AtomicLong();

  /**
   * @param threshold from which on an operation is slow
   */
  public SlowLog(Duration threshold) {
    this(threshold, System::nanoTime);
  }

  SlowLog(Duration threshold, LongSupplier nanoTime) {
    this.thresholdNanos = threshold.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = new AtomicLong(nanoTime.getAsLong());
  }

  /**
   * An operation has ended.
   *
   * @param what it was; asked only if it was slow and is told
   */
  public void ended(long tookNanos, Supplier<String> what) {
    if (tookNanos < thresholdNanos) {
      return;
    }
    long now = nanoTime.getAsLong();
    long next = nextNanos.get();
    if (now - next < 0 || !nextNanos.compareAndSet(next, now + PERIOD_NANOS)) {
      unsaid.incrementAndGet();
      return;
    }
    long others = unsaid.getAndSet(0);
    String more = others > 0 ? "; " + others + " others were slow since the last line" : "";
    log.warn("slow: {} took {} ms{}", what.get(), tookNanos / 1_000_000, more);
  }
}
