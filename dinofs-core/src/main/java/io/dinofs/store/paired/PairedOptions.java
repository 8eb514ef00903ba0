package io.dinofs.store.paired;

import java.time.Duration;

/**
 * How a paired store works.
 *
 * @param uploaders how many values are propagated at once
 * @param firstRetry how long to wait after a first failure of the slow store; then twice as long
 *     each time, and up to half of that more or less, so that many nodes do not come back at the
 *     same moment
 * @param lastRetry the longest of these waits
 * @param fetchLimit how long a get waits for another one's fetch of the same key, or for a fill of
 *     the fast store
 * @param closeLimit how long closing waits for what is pending
 */
public record PairedOptions(
    int uploaders,
    Duration firstRetry,
    Duration lastRetry,
    Duration fetchLimit,
    Duration closeLimit) {
  private static final int MAX_UPLOADERS = 64;

  public static final PairedOptions DEFAULT =
      new PairedOptions(
          8,
          Duration.ofMillis(100),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30));

  /**
   * @throws IllegalArgumentException for a number of uploaders that is not 1 to 64, or a negative
   *     duration
   */
  public PairedOptions {
    if (uploaders < 1 || uploaders > MAX_UPLOADERS) {
      throw new IllegalArgumentException("1 to " + MAX_UPLOADERS + " uploaders, not " + uploaders);
    }
    if (firstRetry.isNegative()
        || firstRetry.isZero()
        || lastRetry.compareTo(firstRetry) < 0
        || fetchLimit.isNegative()
        || closeLimit.isNegative()) {
      throw new IllegalArgumentException(
          "durations are positive, and the last retry is not before the first");
    }
  }

  public PairedOptions withUploaders(int count) {
    return new PairedOptions(count, firstRetry, lastRetry, fetchLimit, closeLimit);
  }

  public PairedOptions withCloseLimit(Duration limit) {
    return new PairedOptions(uploaders, firstRetry, lastRetry, fetchLimit, limit);
  }

  public PairedOptions withRetries(Duration first, Duration last) {
    return new PairedOptions(uploaders, first, last, fetchLimit, closeLimit);
  }
}
