package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Validity;
import java.time.Duration;

/**
 * How the kernel's caches are used.
 *
 * @param names how long a name holds, or that there is none, unless the kernel is told otherwise
 * @param attributes how long attributes hold, likewise
 * @param blockedMillis how long a commit waits for a name that the kernel does not let go, or for
 *     pages that a request holds locked; then all names are dropped at once, which needs no lock
 * @param stagedMillis how long it waits for other pages, and for contents that the kernel reads
 *     past its pages; less than a lease
 * @param maxPending how many notifications may wait; more are answered by dropping everything
 */
record KernelCacheSettings(
    Validity names, Validity attributes, long blockedMillis, long stagedMillis, int maxPending) {
  private static final long BLOCKED_MILLIS = 3;
  private static final long STAGED_MILLIS = 1_000;
  private static final int MAX_PENDING = 16_384;

  /** Names and attributes hold for {@code validity}. */
  static KernelCacheSettings lasting(Duration validity) {
    Validity both = Validity.of(validity);
    return new KernelCacheSettings(both, both, BLOCKED_MILLIS, STAGED_MILLIS, MAX_PENDING);
  }
}
