package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.Name;
import io.dinofs.store.LockService;
import io.dinofs.store.lock.MemoryLockService;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks and the open files that they belong to, on two nodes. */
final class FileLocksTest {
  private static final long PROCESS = 100;
  private static final long DESCRIPTION = 200;

  @TempDir Path directory;

  private final MemoryLockService service = new MemoryLockService();
  private final LosableLocks losable = new LosableLocks(service);
  private TestVolume volume;
  private FileSystem a;
  private FileSystem b;
  private InodeId file;

  /** Loses its locks when told to. */
  private static final class LosableLocks implements LockService {
    private final LockService locks;
    private final List<FileLock> granted = new ArrayList<>();
    private Consumer<List<FileLock>> listener = lost -> {};
    private boolean certain = true;

    LosableLocks(LockService locks) {
      this.locks = locks;
    }

    @Override
    public Optional<FileLock> test(FileLock wanted) throws DinofsException {
      return locks.test(wanted);
    }

    @Override
    public void tryAcquire(FileLock wanted) throws DinofsException {
      locks.tryAcquire(wanted);
      granted.add(wanted);
    }

    @Override
    public Waiting acquire(FileLock wanted, Answer answer) {
      return locks.acquire(wanted, answer);
    }

    @Override
    public void release(LockPlace place) throws DinofsException {
      locks.release(place);
    }

    @Override
    public boolean holds(LockPlace place) {
      return locks.holds(place);
    }

    @Override
    public boolean isCertain() {
      return certain;
    }

    @Override
    public void onLoss(Consumer<List<FileLock>> told) {
      listener = told;
    }

    void lose() throws DinofsException {
      for (FileLock lock : granted) {
        locks.release(lock.place());
      }
      listener.accept(List.copyOf(granted));
    }
  }

  @BeforeEach
  void mount() throws DinofsException {
    volume = new TestVolume(directory);
    a = volume.mount(losable);
    b = volume.mount(service);
    FileSystem.Created created =
        a.create(Caller.ROOT, InodeId.ROOT, Name.of("file"), 0600, Set.of(OpenFlag.WRITE));
    a.release(created.handle());
    file = created.node().inode();
  }

  @AfterEach
  void unmount() throws DinofsException {
    a.close();
    b.close();
    volume.close();
  }

  private FileHandle open(FileSystem node) throws DinofsException {
    return node.open(Caller.ROOT, file, Set.of(OpenFlag.READ, OpenFlag.WRITE));
  }

  private static FileLocks.Request posix(long owner, LockMode mode) {
    return new FileLocks.Request(LockKind.POSIX, owner, LockRange.ALL, mode, 7);
  }

  private static FileLocks.Request flock(long owner) {
    return new FileLocks.Request(LockKind.FLOCK, owner, LockRange.ALL, LockMode.EXCLUSIVE, 7);
  }

  private static FileLocks locks(FileSystem node) {
    return node.locks().orElseThrow();
  }

  private static void assertKind(ErrorKind kind, Attempt attempt) {
    assertEquals(kind, assertThrows(DinofsException.class, attempt::run).kind());
  }

  private interface Attempt {
    void run() throws DinofsException;
  }

  @Test
  void whatWasWrittenIsCommittedBeforeTheLockIsGivenUp() throws DinofsException {
    FileHandle here = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    int unused = a.write(here, ByteBuffer.wrap(new byte[10]), 0);
    assertEquals(0, b.getAttributes(file).size());
    locks(a).unlock(here, LockKind.POSIX, PROCESS, LockRange.ALL);
    assertEquals(10, b.getAttributes(file).size());
    locks(b).tryLock(open(b), posix(PROCESS, LockMode.EXCLUSIVE));
  }

  @Test
  void whatWasWrittenIsCommittedBeforeALockIsShared() throws DinofsException {
    FileHandle here = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    int unused = a.write(here, ByteBuffer.wrap(new byte[10]), 0);
    locks(a).tryLock(here, posix(PROCESS, LockMode.SHARED));
    assertEquals(10, b.getAttributes(file).size());
  }

  @Test
  void aProcessOfAnotherNodeHasNoNumberHere() throws DinofsException {
    FileHandle here = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    assertEquals(
        Optional.of(new FileLocks.Holder(LockRange.ALL, LockMode.EXCLUSIVE, 0)),
        locks(b).test(open(b), posix(PROCESS, LockMode.SHARED)));
    assertEquals(
        Optional.of(new FileLocks.Holder(LockRange.ALL, LockMode.EXCLUSIVE, 7)),
        locks(a).test(here, posix(PROCESS + 1, LockMode.SHARED)));
  }

  @Test
  void closingAnyDescriptorGivesUpTheProcessesLocksAndNoOthers() throws DinofsException {
    FileHandle here = open(a);
    FileHandle another = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    locks(a).tryLock(here, flock(DESCRIPTION));
    locks(a).closed(another, PROCESS);
    a.release(another);
    FileHandle there = open(b);
    locks(b).tryLock(there, posix(PROCESS, LockMode.EXCLUSIVE));
    assertKind(ErrorKind.LOCKED, () -> locks(b).tryLock(there, flock(DESCRIPTION)));
  }

  @Test
  void locksOfAnOpenFileDescriptionEndWithItsHandle() throws DinofsException {
    FileHandle here = open(a);
    locks(a).tryLock(here, posix(DESCRIPTION, LockMode.EXCLUSIVE));
    locks(a).tryLock(here, flock(DESCRIPTION));
    locks(a).closed(here, PROCESS);
    FileHandle there = open(b);
    assertKind(ErrorKind.LOCKED, () -> locks(b).tryLock(there, posix(PROCESS, LockMode.SHARED)));
    a.release(here);
    locks(b).tryLock(there, posix(PROCESS, LockMode.EXCLUSIVE));
    locks(b).tryLock(there, flock(DESCRIPTION));
  }

  @Test
  void theLateEndOfAHandleTakesNoLockThatWasTakenOverAnother() throws DinofsException {
    FileHandle first = open(a);
    locks(a).tryLock(first, posix(PROCESS, LockMode.EXCLUSIVE));
    locks(a).closed(first, PROCESS);
    FileHandle second = open(a);
    locks(a).tryLock(second, posix(PROCESS, LockMode.EXCLUSIVE));
    a.release(first);
    assertTrue(locks(b).test(open(b), posix(PROCESS, LockMode.SHARED)).isPresent());
  }

  @Test
  void aHandleWhoseLockIsLostFailsUntilItIsReleased() throws DinofsException {
    FileHandle here = open(a);
    FileHandle unlocked = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    losable.lose();
    ByteBuffer buffer = ByteBuffer.allocate(1);
    assertKind(ErrorKind.LOCK_LOST, () -> a.write(here, buffer.duplicate(), 0));
    assertKind(ErrorKind.LOCK_LOST, () -> a.read(here, buffer.duplicate(), 0));
    assertKind(
        ErrorKind.LOCK_LOST, () -> locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE)));
    assertEquals(1, a.write(unlocked, buffer.duplicate(), 0));
    a.release(here);
    locks(a).tryLock(unlocked, posix(PROCESS, LockMode.EXCLUSIVE));
  }

  @Test
  void aHandleWithALockFailsWhileItIsNotCertain() throws DinofsException {
    FileHandle here = open(a);
    FileHandle unlocked = open(a);
    locks(a).tryLock(here, posix(PROCESS, LockMode.EXCLUSIVE));
    losable.certain = false;
    ByteBuffer buffer = ByteBuffer.allocate(1);
    assertKind(ErrorKind.LOCK_LOST, () -> a.write(here, buffer.duplicate(), 0));
    assertEquals(1, a.write(unlocked, buffer.duplicate(), 0));
    losable.certain = true;
    assertEquals(1, a.write(here, buffer.duplicate(), 0));
    losable.certain = false;
    locks(a).unlock(here, LockKind.POSIX, PROCESS, LockRange.ALL);
    assertEquals(1, a.write(here, buffer.duplicate(), 0));
  }
}
