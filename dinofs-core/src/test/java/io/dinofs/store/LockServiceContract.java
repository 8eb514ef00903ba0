package io.dinofs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link LockService} promises, as two nodes see it. */
public abstract class LockServiceContract {
  protected static final InodeId FILE = new InodeId(17);
  private static final InodeId OTHER_FILE = new InodeId(18);
  private static final LockRange BYTE = new LockRange(5, 5);

  private final NodeId firstNode = NodeId.random();
  private final NodeId secondNode = NodeId.random();
  private LockService first;
  private LockService second;

  /** The service as {@code node} sees it; closed by the subclass. */
  protected abstract LockService open(NodeId node) throws Exception;

  @BeforeEach
  void openBoth() throws Exception {
    first = open(firstNode);
    second = open(secondNode);
  }

  /** A process of one of the two nodes. */
  private final class Locker {
    private final LockService service;
    private final LockOwner owner;

    Locker(boolean onFirst, long number) {
      service = onFirst ? first : second;
      owner = new LockOwner(onFirst ? firstNode : secondNode, number);
    }

    LockPlace place(InodeId file, LockKind kind, LockRange range) {
      return new LockPlace(file, kind, owner, range);
    }

    FileLock wants(InodeId file, LockRange range, LockMode mode) {
      return new FileLock(place(file, LockKind.POSIX, range), mode, 4711);
    }

    void locks(LockRange range, LockMode mode) throws DinofsException {
      service.tryAcquire(wants(FILE, range, mode));
    }

    void cannotLock(LockRange range, LockMode mode) {
      assertEquals(
          ErrorKind.LOCKED, assertThrows(DinofsException.class, () -> locks(range, mode)).kind());
    }

    RecordedAnswer waitsFor(InodeId file, LockRange range, LockMode mode) {
      RecordedAnswer answer = new RecordedAnswer();
      LockService.Waiting unused = service.acquire(wants(file, range, mode), answer);
      return answer;
    }

    void unlocks(LockRange range) throws DinofsException {
      service.release(place(FILE, LockKind.POSIX, range));
    }

    Optional<FileLock> test(LockRange range, LockMode mode) throws DinofsException {
      return service.test(wants(FILE, range, mode));
    }

    FileLock flock(LockMode mode) {
      return new FileLock(LockPlace.everything(FILE, LockKind.FLOCK, owner), mode, 1);
    }

    void flocks(LockMode mode) throws DinofsException {
      service.tryAcquire(flock(mode));
    }

    void cannotFlock(LockMode mode) {
      assertEquals(
          ErrorKind.LOCKED, assertThrows(DinofsException.class, () -> flocks(mode)).kind());
    }

    void unflocks() throws DinofsException {
      service.release(LockPlace.everything(FILE, LockKind.FLOCK, owner));
    }
  }

  private Locker onFirst(long number) {
    return new Locker(true, number);
  }

  private Locker onSecond(long number) {
    return new Locker(false, number);
  }

  private static LockRange range(long start, long end) {
    return new LockRange(start, end);
  }

  @Test
  void sharedLocksGoBesideEachOtherAndNothingBesideAnExclusiveOne() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(1);
    a.locks(LockRange.ALL, LockMode.SHARED);
    b.locks(LockRange.ALL, LockMode.SHARED);
    b.cannotLock(BYTE, LockMode.EXCLUSIVE);
    a.unlocks(LockRange.ALL);
    b.locks(BYTE, LockMode.EXCLUSIVE);
    a.cannotLock(BYTE, LockMode.SHARED);
    a.locks(range(6, 7), LockMode.SHARED);
  }

  @Test
  void ownersOfOneNodeExcludeEachOtherToo() throws Exception {
    onFirst(1).locks(BYTE, LockMode.EXCLUSIVE);
    onFirst(2).cannotLock(BYTE, LockMode.SHARED);
  }

  @Test
  void theSameNumberOnAnotherNodeIsAnotherOwner() throws Exception {
    onFirst(9).locks(BYTE, LockMode.EXCLUSIVE);
    onSecond(9).cannotLock(BYTE, LockMode.EXCLUSIVE);
    onFirst(9).locks(BYTE, LockMode.EXCLUSIVE);
  }

  @Test
  void anUnlockInTheMiddleSplitsALock() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(range(0, 99), LockMode.EXCLUSIVE);
    a.unlocks(range(40, 59));
    b.locks(range(40, 59), LockMode.EXCLUSIVE);
    b.cannotLock(range(39, 39), LockMode.SHARED);
    b.cannotLock(range(60, 60), LockMode.SHARED);
    assertEquals(range(0, 39), b.test(LockRange.ALL, LockMode.SHARED).orElseThrow().range());
    assertEquals(range(60, 99), b.test(range(50, 70), LockMode.SHARED).orElseThrow().range());
  }

  @Test
  void touchingLocksOfOneModeBecomeOne() throws Exception {
    Locker a = onFirst(1);
    a.locks(range(0, 9), LockMode.SHARED);
    a.locks(range(20, Long.MAX_VALUE), LockMode.SHARED);
    a.locks(range(10, 19), LockMode.SHARED);
    assertEquals(LockRange.ALL, onSecond(2).test(BYTE, LockMode.EXCLUSIVE).orElseThrow().range());
  }

  @Test
  void aTestTellsTheOwnersModeAndProcess() throws Exception {
    Locker a = onFirst(1);
    a.locks(range(3, 8), LockMode.EXCLUSIVE);
    assertEquals(
        Optional.of(a.wants(FILE, range(3, 8), LockMode.EXCLUSIVE)),
        onSecond(2).test(BYTE, LockMode.SHARED));
    assertEquals(Optional.empty(), a.test(BYTE, LockMode.EXCLUSIVE));
    assertEquals(Optional.empty(), onSecond(2).test(range(9, 9), LockMode.EXCLUSIVE));
  }

  @Test
  void aSingleReaderCanUpgradeAndADowngradeLetsReadersIn() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(LockRange.ALL, LockMode.SHARED);
    a.locks(BYTE, LockMode.EXCLUSIVE);
    b.cannotLock(BYTE, LockMode.SHARED);
    b.locks(range(6, 6), LockMode.SHARED);
    RecordedAnswer waiting = b.waitsFor(FILE, BYTE, LockMode.SHARED);
    a.locks(BYTE, LockMode.SHARED);
    waiting.awaitGranted();
  }

  @Test
  void anUpgradeThatFailsKeepsTheLock() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(BYTE, LockMode.SHARED);
    b.locks(BYTE, LockMode.SHARED);
    a.cannotLock(BYTE, LockMode.EXCLUSIVE);
    assertTrue(b.test(BYTE, LockMode.EXCLUSIVE).isPresent());
  }

  @Test
  void thoseWhoWaitAreGrantedTheLockInTheOrderInWhichTheyCame() throws Exception {
    Locker a = onFirst(1);
    a.locks(BYTE, LockMode.EXCLUSIVE);
    Locker b = onSecond(2);
    Locker c = onFirst(3);
    RecordedAnswer secondInLine = b.waitsFor(FILE, BYTE, LockMode.EXCLUSIVE);
    assertTrue(c.test(BYTE, LockMode.SHARED).isPresent()); // and the wait has begun
    awaitServed(b);
    RecordedAnswer thirdInLine = c.waitsFor(FILE, BYTE, LockMode.EXCLUSIVE);
    awaitServed(c);
    a.unlocks(BYTE);
    secondInLine.awaitGranted();
    thirdInLine.assertWaits();
    b.unlocks(BYTE);
    thirdInLine.awaitGranted();
  }

  /** Whatever the process has asked for before has been looked at by the service. */
  private static void awaitServed(Locker process) throws DinofsException {
    Optional<FileLock> unused = process.test(BYTE, LockMode.SHARED);
  }

  @Test
  void aWaitThatIsCancelledIsInterruptedAndGetsNothing() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(BYTE, LockMode.EXCLUSIVE);
    RecordedAnswer answer = new RecordedAnswer();
    LockService.Waiting waiting =
        b.service.acquire(b.wants(FILE, BYTE, LockMode.EXCLUSIVE), answer);
    answer.assertWaits();
    waiting.cancel();
    answer.awaitRefused(ErrorKind.INTERRUPTED);
    a.unlocks(BYTE);
    a.locks(BYTE, LockMode.EXCLUSIVE);
    waiting.cancel();
  }

  @Test
  void cancellingALockThatIsGrantedChangesNothing() throws Exception {
    Locker b = onSecond(2);
    RecordedAnswer answer = new RecordedAnswer();
    LockService.Waiting waiting =
        b.service.acquire(b.wants(FILE, BYTE, LockMode.EXCLUSIVE), answer);
    answer.awaitGranted();
    waiting.cancel();
    awaitServed(b);
    onFirst(1).cannotLock(BYTE, LockMode.SHARED);
  }

  @Test
  void twoWhoWaitForEachOtherAreADeadlock() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(range(0, 0), LockMode.EXCLUSIVE);
    b.locks(range(1, 1), LockMode.EXCLUSIVE);
    RecordedAnswer waiting = a.waitsFor(FILE, range(1, 1), LockMode.EXCLUSIVE);
    awaitServed(a);
    b.waitsFor(FILE, range(0, 0), LockMode.SHARED).awaitRefused(ErrorKind.DEADLOCK);
    waiting.assertWaits();
    b.unlocks(LockRange.ALL);
    waiting.awaitGranted();
  }

  @Test
  void aCircleOverThreeProcessesAndTwoFilesIsADeadlock() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    Locker c = onSecond(3);
    a.locks(range(0, 0), LockMode.EXCLUSIVE);
    b.service.tryAcquire(b.wants(OTHER_FILE, BYTE, LockMode.SHARED));
    c.locks(range(2, 2), LockMode.EXCLUSIVE);
    RecordedAnswer aWaits = a.waitsFor(OTHER_FILE, BYTE, LockMode.EXCLUSIVE);
    awaitServed(a);
    RecordedAnswer bWaits = b.waitsFor(FILE, range(2, 2), LockMode.EXCLUSIVE);
    awaitServed(b);
    c.waitsFor(FILE, LockRange.ALL, LockMode.EXCLUSIVE).awaitRefused(ErrorKind.DEADLOCK);
    aWaits.assertWaits();
    bWaits.assertWaits();
  }

  @Test
  void twoReadersWhoBothWaitToBecomeWritersAreADeadlock() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.locks(BYTE, LockMode.SHARED);
    b.locks(BYTE, LockMode.SHARED);
    RecordedAnswer waiting = a.waitsFor(FILE, BYTE, LockMode.EXCLUSIVE);
    awaitServed(a);
    b.waitsFor(FILE, BYTE, LockMode.EXCLUSIVE).awaitRefused(ErrorKind.DEADLOCK);
    b.unlocks(BYTE);
    waiting.awaitGranted();
  }

  @Test
  void locksOfFlockAndOfFcntlDoNotSeeEachOther() throws Exception {
    onFirst(1).flocks(LockMode.EXCLUSIVE);
    onSecond(2).locks(LockRange.ALL, LockMode.EXCLUSIVE);
    onSecond(3).cannotFlock(LockMode.SHARED);
  }

  @Test
  void flockIsSharedOrExclusiveAndReleasedAsAWhole() throws Exception {
    onFirst(1).flocks(LockMode.SHARED);
    onSecond(2).flocks(LockMode.SHARED);
    onSecond(3).cannotFlock(LockMode.EXCLUSIVE);
    onSecond(2).unflocks();
    onFirst(1).flocks(LockMode.EXCLUSIVE);
    onSecond(2).cannotFlock(LockMode.SHARED);
    onFirst(1).unflocks();
    onSecond(2).flocks(LockMode.EXCLUSIVE);
  }

  @Test
  void anUpgradeOfFlockThatFailsGivesUpTheLockAsOnLinux() throws Exception {
    onFirst(1).flocks(LockMode.SHARED);
    onSecond(2).flocks(LockMode.SHARED);
    onFirst(1).cannotFlock(LockMode.EXCLUSIVE);
    onSecond(2).flocks(LockMode.EXCLUSIVE);
  }

  @Test
  void twoReadersWhoBothWaitForFlockGetItOneAfterTheOther() throws Exception {
    Locker a = onFirst(1);
    Locker b = onSecond(2);
    a.flocks(LockMode.SHARED);
    b.flocks(LockMode.SHARED);
    RecordedAnswer aWaits = new RecordedAnswer();
    LockService.Waiting unusedA = a.service.acquire(a.flock(LockMode.EXCLUSIVE), aWaits);
    awaitServed(a);
    RecordedAnswer bWaits = new RecordedAnswer();
    LockService.Waiting unusedB = b.service.acquire(b.flock(LockMode.EXCLUSIVE), bWaits);
    bWaits.awaitGranted(); // the other has given up its lock
    aWaits.assertWaits();
    b.unflocks();
    aWaits.awaitGranted();
  }

  @Test
  void releasingWhatIsNotHeldIsNothing() throws Exception {
    onFirst(1).unlocks(LockRange.ALL);
    onFirst(1).unflocks();
    onSecond(2).locks(LockRange.ALL, LockMode.EXCLUSIVE);
    onFirst(1).unlocks(LockRange.ALL);
    onFirst(3).cannotLock(BYTE, LockMode.SHARED);
  }

  @Test
  void theHolderHoldsWhatItWasGranted() throws Exception {
    Locker a = onFirst(1);
    a.locks(range(5, 8), LockMode.SHARED);
    assertTrue(first.isCertain());
    assertTrue(first.holds(a.place(FILE, LockKind.POSIX, range(0, 5))));
    assertFalse(first.holds(a.place(FILE, LockKind.POSIX, range(9, 9))));
    a.unlocks(range(5, 8));
    assertFalse(first.holds(a.place(FILE, LockKind.POSIX, LockRange.ALL)));
  }

  @Test
  void randomLocksAreThoseOfAModelThatKnowsEveryByte() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("random locks, seed " + seed);
    Random random = new Random(seed);
    LockModel model = new LockModel(4);
    Locker[] lockers = {onFirst(1), onSecond(2), onFirst(3), onSecond(4)};
    for (int step = 0; step < 2000; step++) {
      int who = random.nextInt(lockers.length);
      int start = random.nextInt(LockModel.BYTES);
      int end = start + random.nextInt(LockModel.BYTES - start);
      LockRange range = range(start, end);
      String what = "seed " + seed + ", step " + step;
      if (random.nextInt(3) == 0) {
        lockers[who].unlocks(range);
        model.unlock(who, start, end);
      } else {
        LockMode mode = random.nextBoolean() ? LockMode.SHARED : LockMode.EXCLUSIVE;
        boolean expected = model.isFree(who, start, end, mode);
        assertEquals(expected, lockers[who].test(range, mode).isEmpty(), what);
        if (expected) {
          lockers[who].locks(range, mode);
          model.lock(who, start, end, mode);
        } else {
          lockers[who].cannotLock(range, mode);
        }
      }
    }
  }
}
