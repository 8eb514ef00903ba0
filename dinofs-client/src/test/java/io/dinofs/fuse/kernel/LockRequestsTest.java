package io.dinofs.fuse.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.fuse.Errno;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests about locks as the kernel lays them out: {@code struct fuse_lk_in}. */
final class LockRequestsTest {
  private static final int READ_WRITE = 2;
  private static final int ENTRY_BYTES = 128;
  private static final int READ_LOCK = 0;
  private static final int WRITE_LOCK = 1;
  private static final int UNLOCK = 2;
  private static final int FLOCK = 1;

  @TempDir Path directory;
  private FakeKernel kernel;
  private InodeId file;
  private long handle;

  @BeforeEach
  void createAFile() throws DinofsException {
    kernel = new FakeKernel(directory);
    assertEquals(1 << 1 | 1 << 10, kernel.init().body().getInt(12) & (1 << 1 | 1 << 10));
    RequestBytes create =
        kernel
            .request(Opcode.CREATE, InodeId.ROOT)
            .fixed(16)
            .setInt(0, READ_WRITE)
            .setInt(4, 0100666)
            .string("file");
    ByteBuffer body = kernel.answer(create).body();
    file = new InodeId(body.getLong(0));
    handle = body.getLong(ENTRY_BYTES);
  }

  @AfterEach
  void disconnect() throws DinofsException {
    kernel.close();
  }

  private RequestBytes lock(Opcode opcode, long owner, int type, long start, long end) {
    return kernel
        .request(opcode, file)
        .fixed(48)
        .setLong(0, handle)
        .setLong(8, owner)
        .setLong(16, start)
        .setLong(24, end)
        .setInt(32, type)
        .setInt(36, 4711);
  }

  private RequestBytes lock(Opcode opcode, long owner, int type) {
    return lock(opcode, owner, type, 0, Long.MAX_VALUE);
  }

  private int errno(RequestBytes request) {
    return kernel.answer(request).errno();
  }

  @Test
  void theLockInTheWayIsTold() {
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK, 10, 19)));
    ByteBuffer told = kernel.answer(lock(Opcode.GETLK, 2, READ_LOCK)).body();
    assertEquals(24, told.capacity());
    assertEquals(10, told.getLong(0));
    assertEquals(19, told.getLong(8));
    assertEquals(WRITE_LOCK, told.getInt(16));
    assertEquals(4711, told.getInt(20));
    ByteBuffer free = kernel.answer(lock(Opcode.GETLK, 1, WRITE_LOCK)).body();
    assertEquals(UNLOCK, free.getInt(16));
  }

  @Test
  void nothingIsInTheWayOfNoLock() {
    assertEquals(Errno.EINVAL, errno(lock(Opcode.GETLK, 1, UNLOCK)));
  }

  @Test
  void locksExcludeEachOtherUntilTheyAreGivenUp() {
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK, 10, 19)));
    assertEquals(Errno.EAGAIN, errno(lock(Opcode.SETLK, 2, READ_LOCK, 19, 30)));
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 2, READ_LOCK, 20, 30)));
    assertEquals(Errno.OK, errno(lock(Opcode.SETLKW, 1, UNLOCK, 0, Long.MAX_VALUE)));
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 2, WRITE_LOCK, 10, 19)));
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK).setInt(40, FLOCK)));
    assertEquals(Errno.EAGAIN, errno(lock(Opcode.SETLK, 2, READ_LOCK).setInt(40, FLOCK)));
  }

  @Test
  void aWaitIsAnsweredWhenTheLockIsFree() {
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK)));
    RequestBytes waiting = lock(Opcode.SETLKW, 2, WRITE_LOCK);
    assertEquals(List.of(), kernel.answers(waiting.toArray()));
    List<AnswerBytes> both = kernel.answers(lock(Opcode.SETLK, 1, UNLOCK).toArray());
    assertEquals(List.of(Errno.OK, Errno.OK), both.stream().map(AnswerBytes::errno).toList());
    assertEquals(ByteBuffer.wrap(waiting.toArray()).getLong(8), unique(both.get(0)));
    assertEquals(Errno.EAGAIN, errno(lock(Opcode.SETLK, 1, READ_LOCK)));
  }

  /** In the order of the bytes, whatever it is. */
  private static long unique(AnswerBytes answer) {
    return ByteBuffer.wrap(answer.bytes().array()).getLong(8);
  }

  @Test
  void aWaitThatIsInterruptedIsAnsweredWithEintr() {
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK)));
    byte[] waiting = lock(Opcode.SETLKW, 2, WRITE_LOCK).toArray();
    assertEquals(List.of(), kernel.answers(waiting));
    long unique = ByteBuffer.wrap(waiting).order(ByteOrder.nativeOrder()).getLong(8);
    List<AnswerBytes> answers =
        kernel.answers(
            kernel.request(Opcode.INTERRUPT, file).fixed(8).setLong(0, unique).toArray());
    assertEquals(1, answers.size());
    assertEquals(unique, answers.get(0).unique());
    assertEquals(Errno.EINTR, answers.get(0).errno());
  }

  @Test
  void aProcessThatClosesTheFileGivesUpItsLocks() {
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 1, WRITE_LOCK)));
    RequestBytes flush =
        kernel.request(Opcode.FLUSH, file).fixed(24).setLong(0, handle).setLong(16, 1);
    assertEquals(Errno.OK, errno(flush));
    assertEquals(Errno.OK, errno(lock(Opcode.SETLK, 2, WRITE_LOCK)));
  }

  @Test
  void whatIsNoLockIsInvalid() {
    assertEquals(Errno.EINVAL, errno(lock(Opcode.SETLK, 1, 7)));
    assertEquals(Errno.EINVAL, errno(lock(Opcode.SETLK, 1, READ_LOCK, 5, 4)));
    assertEquals(Errno.EINVAL, errno(lock(Opcode.SETLKW, 1, READ_LOCK, -1, 4)));
  }
}
