package io.dinofs.store.lock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.NodeId;
import io.dinofs.store.RecordedAnswer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the table does for whole nodes, and at its limits. */
final class LockTableTest {
  private static final LockLimits LIMITS = new LockLimits(3, 2);
  private static final NodeId HERE = new NodeId(1);
  private static final NodeId THERE = new NodeId(2);

  private final LockTable table = new LockTable(LIMITS);

  private static FileLock lock(NodeId node, long owner, long at, LockMode mode) {
    LockPlace place =
        new LockPlace(
            new InodeId(5), LockKind.POSIX, new LockOwner(node, owner), new LockRange(at, at));
    return new FileLock(place, mode, 0);
  }

  private static FileLock exclusive(NodeId node, long owner, long at) {
    return lock(node, owner, at, LockMode.EXCLUSIVE);
  }

  @Test
  void aNodeThatLeavesGivesUpItsLocksAndItsPlaceInTheQueue() throws Exception {
    table.tryAcquire(exclusive(HERE, 1, 0));
    table.tryAcquire(exclusive(HERE, 2, 2));
    table.tryAcquire(exclusive(THERE, 1, 4));
    RecordedAnswer waiting = new RecordedAnswer();
    RecordedAnswer forgotten = new RecordedAnswer();
    assertEquals(true, table.acquire(exclusive(HERE, 1, 4), forgotten).isPresent());
    assertEquals(true, table.acquire(exclusive(THERE, 3, 2), waiting).isPresent());
    table.leave(HERE);
    waiting.awaitGranted();
    assertEquals(0, table.count(HERE));
    table.release(exclusive(THERE, 1, 4).place());
    forgotten.assertWaits();
    table.tryAcquire(exclusive(THERE, 4, 4));
  }

  @Test
  void aNodeHasNoMoreLocksThanTheLimit() throws Exception {
    for (int i = 0; i < LIMITS.held(); i++) {
      table.tryAcquire(exclusive(HERE, 1, 2L * i));
    }
    assertKind(ErrorKind.TOO_MANY_LOCKS, () -> table.tryAcquire(exclusive(HERE, 1, 100)));
    table.tryAcquire(exclusive(THERE, 1, 100));
    table.release(exclusive(HERE, 1, 0).place());
    table.tryAcquire(exclusive(HERE, 1, 200));
  }

  @Test
  void aNodeWaitsForNoMoreLocksThanTheLimit() throws Exception {
    table.tryAcquire(exclusive(HERE, 1, 0));
    for (int i = 0; i < LIMITS.waiting(); i++) {
      assertEquals(true, table.acquire(exclusive(THERE, i, 0), new RecordedAnswer()).isPresent());
    }
    RecordedAnswer oneMore = new RecordedAnswer();
    assertEquals(Optional.empty(), table.acquire(exclusive(THERE, 9, 0), oneMore));
    oneMore.awaitRefused(ErrorKind.TOO_MANY_LOCKS);
  }

  @Test
  void aWaitThatBecomesADeadlockWhenAnotherIsGrantedTheLockEnds() throws Exception {
    // Two threads of one process: one waits for the other process, which then gets in its way.
    table.tryAcquire(exclusive(HERE, 7, 0));
    table.tryAcquire(exclusive(THERE, 1, 10));
    RecordedAnswer first = new RecordedAnswer();
    assertEquals(true, table.acquire(exclusive(HERE, 2, 0), first).isPresent());
    RecordedAnswer second = new RecordedAnswer();
    assertEquals(true, table.acquire(exclusive(THERE, 1, 0), second).isPresent());
    RecordedAnswer other = new RecordedAnswer();
    assertEquals(true, table.acquire(exclusive(HERE, 2, 10), other).isPresent());
    table.release(exclusive(HERE, 7, 0).place());
    first.awaitGranted();
    second.awaitRefused(ErrorKind.DEADLOCK);
    other.assertWaits();
  }

  @Test
  void whatANodeHoldsIsTold() throws Exception {
    FileLock shared = lock(HERE, 1, 0, LockMode.SHARED);
    FileLock exclusive = exclusive(HERE, 2, 1);
    table.tryAcquire(shared);
    table.tryAcquire(exclusive);
    table.tryAcquire(exclusive(THERE, 1, 2));
    assertEquals(List.of(shared, exclusive), table.heldBy(HERE));
    assertEquals(2, table.count(HERE));
  }

  private interface Attempt {
    void run() throws DinofsException;
  }

  private static void assertKind(ErrorKind kind, Attempt attempt) {
    assertEquals(kind, assertThrows(DinofsException.class, attempt::run).kind());
  }
}
