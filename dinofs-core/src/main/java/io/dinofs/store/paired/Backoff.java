package io.dinofs.store.paired;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait after failures in a row: after each twice as long as after the one before, up to
 * a limit, and up to half of that more or less.
 */
public record Backoff(Duration first, Duration last) {
  private static final int MAX_DOUBLINGS = 30;

  /**
   * @param failures how many there were in a row, at least 1
   */
  public long nanos(int failures) {
    long doubled = first.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
    boolean overflow = doubled < first.toNanos();
    long base = overflow ? last.toNanos() : Math.min(last.toNanos(), doubled);
    return base / 2 + ThreadLocalRandom.current().nextLong(base + 1);
  }
}
