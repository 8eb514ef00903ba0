package io.dinofs.remote.metadata;

/**
 * A moment by two clocks: one that never jumps but stands still while the machine sleeps
 * (CLOCK_MONOTONIC), and the time of day, which goes on but may be set.
 *
 * @param nanos as {@link System#nanoTime}
 * @param wallMillis as {@link System#currentTimeMillis}
 */
record Moment(long nanos, long wallMillis) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  /** How long ago {@code earlier} was by the clock that says more. */
  long nanosSince(Moment earlier) {
    long wallNanos = (wallMillis - earlier.wallMillis) * NANOS_PER_MILLI;
    return Math.max(nanos - earlier.nanos, wallNanos);
  }
}
