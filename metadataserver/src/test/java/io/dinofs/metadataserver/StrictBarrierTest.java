package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StrictBarrierTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);
  private static final Duration LEASE = Duration.ofSeconds(5);

  private long nowNanos =
      Long.MAX_VALUE - 1; // clocks of this kind may start anywhere, and overflow
  private final StrictBarrier barrier = new StrictBarrier(() -> nowNanos, LEASE);
  private final List<String> answered = new ArrayList<>();

  private static CommitNumber number(long value) {
    return new CommitNumber(value);
  }

  private boolean isHeld(long number, NodeId committer) {
    return barrier.hold(number(number), committer, () -> answered.add(number + " of " + committer));
  }

  private static void run(List<Runnable> answers) {
    answers.forEach(Runnable::run);
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  @Test
  void withoutStrictNodesNothingIsHeld() {
    assertFalse(isHeld(1, A));
  }

  @Test
  void theCommitterDoesNotWaitForItself() {
    barrier.join(A, number(0));
    assertFalse(isHeld(1, A));
    assertFalse(isHeld(2, A));
  }

  @Test
  void anAnswerIsHeldUntilEveryOtherNodeHasAppliedTheCommit() {
    barrier.join(A, number(0));
    barrier.join(B, number(0));
    barrier.join(C, number(0));
    assertTrue(isHeld(1, A));
    run(barrier.applied(B, number(1)));
    assertEquals(List.of(), answered);
    run(barrier.applied(C, number(1)));
    assertEquals(List.of("1 of 1"), answered);
    assertEquals(0, barrier.heldCount());
  }

  @Test
  void aNodeThatComesBackHavingAppliedTheCommitIsNotWaitedForAnyLonger() {
    run(barrier.join(A, number(0)));
    run(barrier.join(B, number(0)));
    assertTrue(isHeld(1, A));
    run(barrier.join(B, number(1)));
    assertEquals(List.of("1 of 1"), answered);
  }

  @Test
  void oneHeldAnswerHoldsUpNoOther() {
    barrier.join(A, number(0));
    barrier.join(B, number(0));
    assertTrue(isHeld(1, A));
    assertTrue(isHeld(2, B));
    run(barrier.applied(A, number(2)));
    assertEquals(List.of("2 of 2"), answered);
    run(barrier.applied(B, number(1)));
    assertEquals(List.of("2 of 2", "1 of 1"), answered);
  }

  @Test
  void whatWasAppliedBeforeTheAnswerIsReadyIsNotWaitedFor() {
    barrier.join(B, number(0));
    run(barrier.applied(B, number(7)));
    assertFalse(isHeld(7, A));
    assertTrue(isHeld(8, A));
  }

  @Test
  void appliedNeverGoesBack() {
    barrier.join(B, number(5));
    run(barrier.applied(B, number(3)));
    assertFalse(isHeld(5, A));
  }

  @Test
  void aNodeThatLeavesIsNotWaitedFor() {
    barrier.join(B, number(0));
    assertTrue(isHeld(1, A));
    run(barrier.leave(B));
    assertEquals(List.of("1 of 1"), answered);
  }

  @Test
  void aSilentNodeIsWaitedForAsLongAsItsLeaseAndNoLonger() {
    barrier.join(B, number(0));
    assertTrue(isHeld(1, A));
    pass(LEASE);
    StrictBarrier.Expiry inTime = barrier.expire();
    assertEquals(Set.of(), inTime.gone());
    assertEquals(List.of(), inTime.answers());
    pass(Duration.ofNanos(1));
    StrictBarrier.Expiry late = barrier.expire();
    assertEquals(Set.of(B), late.gone());
    run(late.answers());
    assertEquals(List.of("1 of 1"), answered);
    assertEquals(Set.of(), barrier.nodes());
  }

  @Test
  void everySignOfLifeRenewsTheLease() {
    barrier.join(B, number(0));
    for (int i = 0; i < 10; i++) {
      pass(LEASE.dividedBy(2));
      barrier.heard(B);
      assertEquals(Set.of(), barrier.expire().gone());
    }
  }

  @Test
  void aNodeThatLivesButAppliesNothingIsNamedAfterALease() {
    barrier.join(A, number(0));
    barrier.join(B, number(0));
    assertTrue(isHeld(1, A));
    pass(LEASE.plusNanos(1));
    barrier.heard(A);
    barrier.heard(B);
    assertEquals(Set.of(B), barrier.expire().lagging());
  }

  @Test
  void aNodeThatComesBackIsWaitedForFromWhereItWas() {
    barrier.join(B, number(3));
    barrier.join(B, number(5));
    assertFalse(isHeld(5, A));
    assertTrue(isHeld(6, A));
  }
}
