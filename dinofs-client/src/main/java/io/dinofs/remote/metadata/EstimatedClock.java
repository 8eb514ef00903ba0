package io.dinofs.remote.metadata;

import io.dinofs.store.VolumeClock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The server's clock as well as this node knows it: of the latest exchanges, the one with the
 * shortest round trip tells how far the two are apart. Safe for any number of threads.
 *
 * <p>It never goes backwards, and never tells the same time twice: a file that is written again has
 * a new modification time, by which the kernels of other nodes know that their pages of it are old.
 */
final class EstimatedClock implements VolumeClock {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** A better sample counts until so many others have come. */
  private static final int SAMPLES = 8;

  private final LongSupplier nanoClock;
  private long offsetNanos; // guarded by this
  private long bestRoundTripNanos = Long.MAX_VALUE; // guarded by this
  private int samplesSinceBest; // guarded by this
  private long lastNanos = Long.MIN_VALUE; // guarded by this

  /**
   * @param epochNanos what counts until the server was asked
   */
  EstimatedClock(LongSupplier nanoClock, long epochNanos) {
    this.nanoClock = nanoClock;
    this.offsetNanos = epochNanos - nanoClock.getAsLong();
  }

  /**
   * The server, asked at {@code sentNanos}, said at {@code receivedNanos} that its clock is {@code
   * serverEpochNanos}.
   */
  synchronized void sample(long sentNanos, long receivedNanos, long serverEpochNanos) {
    long roundTrip = receivedNanos - sentNanos;
    samplesSinceBest++;
    if (roundTrip <= bestRoundTripNanos || samplesSinceBest >= SAMPLES) {
      bestRoundTripNanos = roundTrip;
      samplesSinceBest = 0;
      offsetNanos = serverEpochNanos + roundTrip / 2 - receivedNanos;
    }
  }

  @Override
  public Instant now() {
    long nanos = nowNanos();
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }

  private synchronized long nowNanos() {
    lastNanos = Math.max(lastNanos + 1, nanoClock.getAsLong() + offsetNanos);
    return lastNanos;
  }
}
