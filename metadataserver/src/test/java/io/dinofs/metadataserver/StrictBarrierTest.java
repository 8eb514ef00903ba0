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
    return isHeld(number, committer, Set.of());
  }

  private boolean isHeld(long number, NodeId committer, Set<NodeId> spared) {
    return barrier.hold(
        number(number), committer, spared, () -> answered.add(number + " of " + committer));
  }

  private boolean isHeldAgain(long number, NodeId committer, Set<NodeId> connected) {
    return barrier.holdAgain(
        number(number), committer, connected, () -> answered.add(number + " of " + committer));
  }

  private List<Runnable> join(NodeId node, long applied) {
    return barrier.join(node, number(applied), number(applied));
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
    join(A, 0);
    assertFalse(isHeld(1, A));
    assertFalse(isHeld(2, A));
  }

  @Test
  void anAnswerIsHeldUntilEveryOtherNodeHasAppliedTheCommit() {
    join(A, 0);
    join(B, 0);
    join(C, 0);
    assertTrue(isHeld(1, A));
    run(barrier.applied(B, number(1)));
    assertEquals(List.of(), answered);
    run(barrier.applied(C, number(1)));
    assertEquals(List.of("1 of 1"), answered);
    assertEquals(0, barrier.heldCount());
  }

  @Test
  void aNodeThatComesBackHavingAppliedTheCommitIsNotWaitedForAnyLonger() {
    run(join(A, 0));
    run(join(B, 0));
    assertTrue(isHeld(1, A));
    run(join(B, 1));
    assertEquals(List.of("1 of 1"), answered);
  }

  @Test
  void oneHeldAnswerHoldsUpNoOther() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertTrue(isHeld(2, B));
    run(barrier.applied(A, number(2)));
    assertEquals(List.of("2 of 2"), answered);
    run(barrier.applied(B, number(1)));
    assertEquals(List.of("2 of 2", "1 of 1"), answered);
  }

  @Test
  void whatWasAppliedBeforeTheAnswerIsReadyIsNotWaitedFor() {
    join(B, 0);
    run(barrier.applied(B, number(7)));
    assertFalse(isHeld(7, A));
    assertTrue(isHeld(8, A));
  }

  @Test
  void appliedNeverGoesBack() {
    join(B, 5);
    run(barrier.applied(B, number(3)));
    assertFalse(isHeld(5, A));
  }

  @Test
  void aNodeThatLeavesIsNotWaitedFor() {
    join(B, 0);
    assertTrue(isHeld(1, A));
    run(barrier.leave(B));
    assertEquals(List.of("1 of 1"), answered);
  }

  @Test
  void aSilentNodeIsWaitedForAsLongAsItsLeaseAndNoLonger() {
    join(B, 0);
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
    join(B, 0);
    for (int i = 0; i < 10; i++) {
      pass(LEASE.dividedBy(2));
      barrier.heard(B);
      assertEquals(Set.of(), barrier.expire().gone());
    }
  }

  @Test
  void aNodeThatLivesButAppliesNothingIsNamedAfterALease() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    pass(LEASE.plusNanos(1));
    barrier.heard(A);
    barrier.heard(B);
    assertEquals(Set.of(B), barrier.expire().lagging());
  }

  @Test
  void aNodeThatComesBackIsWaitedForFromWhereItWas() {
    join(B, 3);
    join(B, 5);
    assertFalse(isHeld(5, A));
    assertTrue(isHeld(6, A));
  }

  @Test
  void nodesThatACommitIsOfNoInterestToAreNotWaitedFor() {
    join(A, 0);
    join(B, 0);
    join(C, 0);
    assertFalse(isHeld(1, A, Set.of(B, C)));
    assertTrue(isHeld(2, A, Set.of(C)));
    run(barrier.applied(B, number(2)));
    assertEquals(List.of("2 of 1"), answered);
  }

  @Test
  void aNodeThatIsBehindHoldsUpNothingThatIsOfNoInterestToIt() {
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertFalse(isHeld(2, A, Set.of(B)));
  }

  @Test
  void aCommitThatIsSentAgainWaitsForNobodyWhoWasSpared() {
    join(B, 0);
    assertFalse(isHeld(1, A, Set.of(B)));
    assertFalse(isHeldAgain(1, A, Set.of(B)));
  }

  @Test
  void aCommitThatIsSentAgainWaitsForWhoWasToldOfItAndForWhoIsAway() {
    join(B, 0);
    join(C, 0);
    assertTrue(isHeld(1, A));
    assertTrue(isHeldAgain(1, A, Set.of(B)));
    run(barrier.applied(B, number(1)));
    assertEquals(List.of(), answered);
    run(barrier.applied(C, number(1)));
    assertEquals(List.of("1 of 1", "1 of 1"), answered);
  }
}
