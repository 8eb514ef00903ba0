package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.metadataserver.StrictBarrier.Heard;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
    return barrier.join(node, number(applied), number(applied)).answers();
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

  /**
   * Time passes in which the nodes live. Returns the nodes that are behind at the end of a lease.
   */
  private Set<NodeId> live(Duration time, NodeId... living) {
    Set<NodeId> behind = new HashSet<>();
    Duration step = LEASE.dividedBy(20);
    for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(step)) {
      pass(step);
      for (NodeId node : living) {
        var unused = barrier.heard(node);
      }
      StrictBarrier.Expiry expiry = barrier.expire();
      behind.addAll(expiry.behind());
      run(expiry.answers());
    }
    return behind;
  }

  /** B comes back, is told to start anew, and says that it has. */
  private void startAnew(long newest) {
    assertFalse(barrier.join(B, number(0), number(newest)).trusted());
    run(barrier.applied(B, number(newest)));
  }

  @Test
  void aNodeThatLivesButAppliesNothingCostsAboutALease() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(), live(LEASE, A, B));
    assertEquals(List.of(), answered);
    assertEquals(Set.of(B), live(LEASE.dividedBy(4), A, B));
    assertEquals(List.of("1 of 1"), answered);
    assertEquals(Set.of(A), barrier.nodes());
  }

  @Test
  void aNodeIsToldThatItHasALeaseOnlyWhileTheBarrierCountsOne() {
    join(A, 0);
    join(B, 0);
    assertEquals(Heard.RENEWED, barrier.heard(B));
    assertTrue(isHeld(1, A));
    pass(LEASE.dividedBy(4));
    assertEquals(Heard.REFUSED, barrier.heard(B));
    run(barrier.applied(B, number(1)));
    assertEquals(Heard.RENEWED, barrier.heard(B));
  }

  @Test
  void aNodeThatComesBackAtOnceAndAppliesNothingGetsNoNewLease() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    for (int i = 0; i < 45; i++) { // for somewhat more than two leases
      var unused = live(LEASE.dividedBy(20), A, B);
      run(join(B, 0));
    }
    assertEquals(List.of("1 of 1"), answered);
    assertFalse(isHeld(2, A));
  }

  @Test
  void nobodyWaitsAgainForANodeThatGoesOnToApplyNothing() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(B), live(LEASE.multipliedBy(2), A, B));
    for (int i = 2; i < 100; i++) {
      assertFalse(barrier.join(B, number(0), number(i)).trusted());
      assertFalse(isHeld(i, A));
      assertEquals(Set.of(), live(LEASE, A, B));
    }
  }

  @Test
  void aNodeIsWaitedForAgainWhenItAppliesWhatItIsTold() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(B), live(LEASE.multipliedBy(2), A, B));
    startAnew(1);
    assertFalse(isHeld(2, A)); // it is told of this one, and nobody waits
    assertEquals(Heard.MAY_RETURN, barrier.heard(B));
    barrier.takeBack(B);
    assertTrue(isHeld(3, A));
    // No lease before it has applied what nobody waited for.
    assertEquals(Heard.REFUSED, barrier.heard(B));
    run(barrier.applied(B, number(2)));
    assertEquals(Heard.RENEWED, barrier.heard(B));
    run(barrier.applied(B, number(3)));
    assertEquals(List.of("1 of 1", "3 of 1"), answered);
  }

  @Test
  void aNodeThatFailsAgainAndAgainIsWaitedForEverMoreSeldom() {
    join(A, 0);
    join(B, 0);
    List<Long> leasesUntilItReturns = new ArrayList<>();
    long commit = 0;
    for (int failure = 0; failure < 4; failure++) {
      commit++;
      assertTrue(isHeld(commit, A));
      assertEquals(Set.of(B), live(LEASE.dividedBy(4).multipliedBy(5), A, B));
      startAnew(commit);
      long leases = 0;
      while (barrier.heard(B) != Heard.MAY_RETURN) {
        assertEquals(Set.of(), live(LEASE, A));
        leases++;
      }
      leasesUntilItReturns.add(leases);
      barrier.takeBack(B);
    }
    assertEquals(List.of(0L, 2L, 4L, 8L), leasesUntilItReturns);
  }

  @Test
  void aNodeThatHasBehavedForAWhileBeginsAnew() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(B), live(LEASE.multipliedBy(2), A, B));
    startAnew(1);
    assertEquals(Heard.MAY_RETURN, barrier.heard(B));
    barrier.takeBack(B);
    assertEquals(Set.of(), live(LEASE.multipliedBy(20), A, B));
    assertTrue(isHeld(2, A));
    assertEquals(Set.of(B), live(LEASE.multipliedBy(2), A, B));
    startAnew(2);
    assertEquals(Heard.MAY_RETURN, barrier.heard(B));
  }

  @Test
  void aNodeThatWasAwayForLessThanItsLeaseIsTrusted() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(), live(LEASE.dividedBy(2), A));
    assertTrue(barrier.join(B, number(0), number(1)).trusted());
    assertEquals(Heard.RENEWED, barrier.heard(B));
    run(barrier.applied(B, number(1)));
    assertEquals(List.of("1 of 1"), answered);
  }

  @Test
  void aSilentNodeIsTrustedWhenItComesBack() {
    join(A, 0);
    join(B, 0);
    assertTrue(isHeld(1, A));
    assertEquals(Set.of(), live(LEASE.multipliedBy(2), A));
    assertEquals(List.of("1 of 1"), answered);
    assertTrue(barrier.join(B, number(0), number(1)).trusted());
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
