package io.dinofs.remote.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class EstimatedClockTest {
  private long nanos = 500;
  private final EstimatedClock clock = new EstimatedClock(() -> nanos, 1_000_000);

  private static Instant at(long epochNanos) {
    return Instant.ofEpochSecond(0, epochNanos);
  }

  @Test
  void beforeAnySampleItIsTheNodesOwnClock() {
    assertEquals(at(1_000_000), clock.now());
    nanos += 7;
    assertEquals(at(1_000_007), clock.now());
  }

  @Test
  void theServersTimeIsTakenFromTheMiddleOfTheRoundTrip() {
    nanos = 1500;
    clock.sample(500, 1500, 9_000_000);
    assertEquals(at(9_000_500), clock.now());
  }

  @Test
  void aLongerRoundTripSaysLessAndIsNotUsed() {
    nanos = 1500;
    clock.sample(1400, 1500, 9_000_000);
    clock.sample(500, 1500, 5_000_000);
    assertEquals(at(9_000_050), clock.now());
  }

  @Test
  void itNeverGoesBackwardsNorStandsStill() {
    nanos = 1500;
    clock.sample(1400, 1500, 9_000_000);
    Instant before = clock.now();
    clock.sample(1490, 1500, 8_000_000);
    Instant after = clock.now();
    assertTrue(after.isAfter(before));
    assertTrue(clock.now().isAfter(after));
  }
}
