package io.dinofs.remote.metadata;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LeaseTest {
  private static final long LEASE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private long millis = 1_000_000;
  private long asleepMillis;
  private final Lease lease = new Lease(this::now);

  private Moment now() {
    return new Moment(TimeUnit.MILLISECONDS.toNanos(millis), millis + asleepMillis);
  }

  @Test
  void noLeaseIsHeldBeforeAnAnswer() {
    assertFalse(lease.isHeld());
  }

  @Test
  void aLeaseIsCountedFromWhenTheMessageWasSentAndEndsBeforeTheServers() {
    Moment sent = now();
    millis += 2000;
    lease.renew(sent, LEASE_NANOS);
    assertTrue(lease.isHeld());
    millis += 2700;
    assertTrue(lease.isHeld());
    millis += 200;
    assertFalse(lease.isHeld(), "4.9 s after it was sent");
  }

  @Test
  void anAnswerThatOvertookAnotherDoesNotShortenTheLease() {
    Moment first = now();
    millis += 1000;
    lease.renew(now(), LEASE_NANOS);
    lease.renew(first, LEASE_NANOS);
    millis += 4600;
    assertTrue(lease.isHeld());
  }

  @Test
  void aMachineThatSleptHoldsNoLease() {
    lease.renew(now(), LEASE_NANOS);
    asleepMillis += 60_000;
    assertFalse(lease.isHeld());
  }

  @Test
  void aTimeOfDayThatIsSetBackProlongsNothing() {
    lease.renew(now(), LEASE_NANOS);
    asleepMillis -= 60_000;
    millis += 4800;
    assertFalse(lease.isHeld());
  }

  @Test
  void aDroppedLeaseIsNotHeld() {
    lease.renew(now(), LEASE_NANOS);
    lease.drop();
    assertFalse(lease.isHeld());
  }
}
