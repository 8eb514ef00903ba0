package io.dinofs.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is counted of a node, and where it ends. */
final class NodeUsesTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
  private final NodeUses uses = new NodeUses(new NodeLimits(2, 10, 100), clock::get);

  @Test
  void oneConnectionTooManyIsRefusedUntilAnotherEnds() {
    NodeUse first = uses.enter("a").orElseThrow();
    assertSame(first, uses.enter("a").orElseThrow());
    assertTrue(uses.enter("a").isEmpty());
    assertTrue(uses.enter("b").isPresent(), "another node");
    uses.leave(first);
    assertSame(first, uses.enter("a").orElseThrow());
    uses.leave(first);
    uses.leave(first);
    assertEquals(1, uses.count(), "nothing is kept of who has left");
  }

  @Test
  void requestsOfASecondMayComeAtOnceAndMoreHaveToWait() {
    NodeUse use = uses.enter("a").orElseThrow();
    for (int i = 0; i < 10; i++) {
      use.request();
    }
    assertEquals(0, use.waitNanos());
    use.request();
    assertEquals(SECOND / 10, use.waitNanos());
    clock.addAndGet(SECOND / 10);
    assertEquals(0, use.waitNanos());
    clock.addAndGet(100 * SECOND);
    for (int i = 0; i < 11; i++) {
      use.request();
    }
    assertEquals(SECOND / 10, use.waitNanos(), "idle time is not saved up");
  }

  @Test
  void bytesCountOverAllConnectionsUntilTheyEnd() {
    NodeUse use = uses.enter("a").orElseThrow();
    NodeUse same = uses.enter("a").orElseThrow();
    assertTrue(use.begin(60));
    assertFalse(same.begin(41));
    same.end(41);
    assertTrue(same.begin(40));
  }
}
