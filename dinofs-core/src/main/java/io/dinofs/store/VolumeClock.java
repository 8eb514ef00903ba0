package io.dinofs.store;

import java.time.Instant;

/**
 * The time of a volume: its server's clock as well as a node knows it, so that a node with a wrong
 * clock confuses nobody.
 */
@FunctionalInterface
public interface VolumeClock {
  /** The time, to the nanosecond where the machine has it. */
  Instant now();
}
