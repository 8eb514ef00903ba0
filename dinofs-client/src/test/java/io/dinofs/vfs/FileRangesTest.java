package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileRanges.AllocateMode;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class FileRangesTest extends TwoNodes {
  private static final Set<OpenFlag> READ_WRITE = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE);
  private static final int CHUNK = Manifest.CHUNK_BYTES;
  private static final long HUGE = Long.MAX_VALUE;

  private FileHandle file;

  @BeforeEach
  void createFile() throws DinofsException {
    file = create("file");
  }

  @AfterEach
  void releaseFile() throws DinofsException {
    a.release(file);
  }

  @Test
  void allocatingMakesAFileLongerAndNeverShorter() throws DinofsException {
    allocate(AllocateMode.EXTEND, 10, 90);
    assertEquals(100, sizeOnB());
    allocate(AllocateMode.EXTEND, 0, 50);
    assertEquals(100, sizeOnB());
    allocate(AllocateMode.KEEP_SIZE, 0, 5000);
    assertEquals(100, sizeOnB());
    assertArrayEquals(new byte[100], readOnB());
  }

  @Test
  void appendsGoBehindWhatWasAllocated() throws DinofsException {
    FileHandle append =
        a.open(Caller.ROOT, file.inode(), EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND));
    allocate(AllocateMode.EXTEND, 0, 8000);
    write(append, 0, pattern(3, 1));
    a.release(append);
    assertEquals(8003, sizeOnB());
    assertArrayEquals(pattern(3, 1), Arrays.copyOfRange(readOnB(), 8000, 8003));
  }

  @Test
  void allocatingMoreThanThereIsRoomForFails() {
    fails(ErrorKind.NO_SPACE, () -> allocate(AllocateMode.EXTEND, 0, HUGE));
    fails(ErrorKind.FILE_TOO_LARGE, () -> allocate(AllocateMode.EXTEND, 10, HUGE));
    fails(ErrorKind.INVALID, () -> allocate(AllocateMode.EXTEND, 0, 0));
    fails(ErrorKind.INVALID, () -> allocate(AllocateMode.EXTEND, -1, 5));
  }

  @Test
  void aPunchedHoleReadsAsZerosAndTakesNoRoom() throws DinofsException {
    byte[] data = pattern(4 * CHUNK, 1);
    write(file, 0, data);
    a.flush(file);
    allocate(AllocateMode.PUNCH_HOLE, CHUNK - 10L, 2L * CHUNK + 20);
    Arrays.fill(data, CHUNK - 10, 3 * CHUNK + 10, (byte) 0);
    assertArrayEquals(data, readOnB());
    assertEquals(4L * CHUNK, sizeOnB());
    assertEquals(2L * CHUNK, attributesOnB().allocated());
    assertEquals(OptionalLong.of(CHUNK), a.nextHole(file, 0));
    assertEquals(OptionalLong.of(3L * CHUNK), a.nextData(file, CHUNK));
    assertEquals(OptionalLong.of(4L * CHUNK), a.nextHole(file, 3L * CHUNK));
  }

  @Test
  void aWholeFileIsPunchedToNothing() throws DinofsException {
    write(file, 0, pattern(2 * CHUNK + 5000, 1));
    a.flush(file);
    allocate(AllocateMode.PUNCH_HOLE, 0, HUGE);
    assertEquals(0, attributesOnB().allocated());
    assertArrayEquals(new byte[2 * CHUNK + 5000], readOnB());
    assertEquals(OptionalLong.empty(), a.nextData(file, 0));
    assertEquals(OptionalLong.of(0), a.nextHole(file, 0));
  }

  @Test
  void whatIsWrittenIntoAHoleIsThereAmongZeros() throws DinofsException {
    byte[] data = pattern(2 * CHUNK, 1);
    write(file, 0, data);
    allocate(AllocateMode.PUNCH_HOLE, 0, CHUNK);
    write(file, 100, pattern(5, 7));
    a.flush(file);
    Arrays.fill(data, 0, CHUNK, (byte) 0);
    System.arraycopy(pattern(5, 7), 0, data, 100, 5);
    assertArrayEquals(data, readOnB());
  }

  @Test
  void aZeroedRangeMayMakeTheFileLonger() throws DinofsException {
    write(file, 0, pattern(100, 1));
    allocate(AllocateMode.ZERO_RANGE_KEEP_SIZE, 90, 100);
    assertEquals(100, sizeOnB());
    allocate(AllocateMode.ZERO_RANGE, 50, 100);
    assertEquals(150, sizeOnB());
    assertArrayEquals(Arrays.copyOf(pattern(50, 1), 150), readOnB());
  }

  @Test
  void aHoleLargerThanAnythingIsPunchedAtOnce() throws DinofsException {
    a.setAttributes(Caller.ROOT, file, AttributeChange.NONE.withSize(HUGE));
    write(file, HUGE - 1, pattern(1, 3));
    write(file, 5L * CHUNK, pattern(10, 3));
    a.flush(file);
    assertEquals(2L * CHUNK - 1, attributesOnB().allocated());
    assertEquals(OptionalLong.of(5L * CHUNK), a.nextData(file, 0));
    assertEquals(OptionalLong.of(HUGE - HUGE % CHUNK), a.nextData(file, 6L * CHUNK));
    allocate(AllocateMode.PUNCH_HOLE, 1, HUGE - 1);
    assertEquals(HUGE, sizeOnB());
    assertEquals(0, attributesOnB().allocated());
  }

  @Test
  void holesAndDataAreFoundInWhatIsNotCommittedToo() throws DinofsException {
    write(file, 2L * CHUNK, pattern(10, 1));
    assertEquals(OptionalLong.of(2L * CHUNK), a.nextData(file, 0));
    assertEquals(OptionalLong.of(0), a.nextHole(file, 0));
    assertEquals(OptionalLong.of(2L * CHUNK + 10), a.nextHole(file, 2L * CHUNK));
    assertEquals(OptionalLong.empty(), a.nextData(file, 2L * CHUNK + 10));
    assertEquals(OptionalLong.empty(), a.nextHole(file, 2L * CHUNK + 10));
    assertEquals(OptionalLong.empty(), a.nextData(file, -1));
  }

  @Test
  void aFileThatIsBeingWrittenNeverSeemsToBeAllHole() throws DinofsException {
    write(file, 0, pattern(5000, 1));
    assertEquals(5000, a.getAttributes(file).allocated());
    a.setAttributes(Caller.ROOT, file, AttributeChange.NONE.withSize(100));
    assertEquals(100, a.getAttributes(file).allocated());
    a.setAttributes(Caller.ROOT, file, AttributeChange.NONE.withSize(0));
    assertEquals(0, a.getAttributes(file).allocated());
  }

  @Test
  void aCopyNamesTheSameBlobs() throws DinofsException {
    byte[] data = pattern(3 * CHUNK + 100, 1);
    write(file, 0, data);
    FileHandle copy = create("copy");
    assertEquals(data.length, a.copyRange(Caller.ROOT, file, 0, copy, 0, HUGE));
    a.release(copy);
    assertArrayEquals(data, readOnB("copy"));
    assertEquals(b.getAttributes(file.inode()).content(), b.getAttributes(copy.inode()).content());
  }

  @Test
  void holesAreCopiedAsHoles() throws DinofsException {
    FileHandle copy = create("copy");
    write(copy, 0, pattern(3 * CHUNK, 5));
    write(file, 2L * CHUNK, pattern(CHUNK, 1));
    assertEquals(3L * CHUNK, a.copyRange(Caller.ROOT, file, 0, copy, 0, 3L * CHUNK));
    a.release(copy);
    assertArrayEquals(readOnB("file"), readOnB("copy"));
    assertEquals(CHUNK, b.getAttributes(copy.inode()).allocated());
  }

  @Test
  void aCopyWithinOneFileMustNotOverlap() throws DinofsException {
    byte[] data = pattern(CHUNK, 1);
    write(file, 0, data);
    assertEquals(CHUNK, a.copyRange(Caller.ROOT, file, 0, file, CHUNK, CHUNK));
    assertEquals(100, a.copyRange(Caller.ROOT, file, 0, file, 2L * CHUNK, 100));
    fails(ErrorKind.INVALID, () -> a.copyRange(Caller.ROOT, file, 0, file, 50, 100));
    a.flush(file);
    byte[] expected = Arrays.copyOf(data, 2 * CHUNK + 100);
    System.arraycopy(data, 0, expected, CHUNK, CHUNK);
    System.arraycopy(data, 0, expected, 2 * CHUNK, 100);
    assertArrayEquals(expected, readOnB());
  }

  @Test
  void aRangeThatWasCopiedIsWrittenToWithoutChangingItsSource() throws DinofsException {
    byte[] data = pattern(2 * CHUNK, 1);
    write(file, 0, data);
    FileHandle copy = create("copy");
    a.copyRange(Caller.ROOT, file, 0, copy, 0, HUGE);
    write(copy, CHUNK - 1, new byte[2]);
    a.release(copy);
    assertArrayEquals(data, readOnB());
    data[CHUNK - 1] = 0;
    data[CHUNK] = 0;
    assertArrayEquals(data, readOnB("copy"));
  }

  @Test
  void randomRangeOperationsAgreeWithAnArray() throws DinofsException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("FileRangesTest: -Ddinofs.seed=" + seed);
    Random random = new Random(seed);
    FileHandle other = create("other");
    FileHandle[] handles = {file, other};
    byte[][] models = {new byte[0], new byte[0]};
    for (int step = 0; step < 300; step++) {
      int at = random.nextInt(4) * CHUNK + (random.nextBoolean() ? 0 : random.nextInt(CHUNK));
      int length = random.nextInt(4) == 0 ? CHUNK : 1 + random.nextInt(2 * CHUNK);
      int i = random.nextInt(2);
      switch (random.nextInt(6)) {
        case 0 -> {
          byte[] data = pattern(length, step + 1);
          write(handles[i], at, data);
          models[i] = put(models[i], at, data);
        }
        case 1 -> {
          a.allocate(Caller.ROOT, handles[i], AllocateMode.PUNCH_HOLE, at, length);
          zero(models[i], at, length);
        }
        case 2 -> {
          a.allocate(Caller.ROOT, handles[i], AllocateMode.ZERO_RANGE, at, length);
          models[i] = put(models[i], at, new byte[length]);
        }
        case 3 -> {
          int to = random.nextInt(3) * CHUNK + (random.nextInt(3) == 0 ? 77 : at % CHUNK);
          int copied = (int) a.copyRange(Caller.ROOT, handles[i], at, handles[1 - i], to, length);
          assertEquals(Math.max(0, Math.min(length, models[i].length - at)), copied);
          if (copied > 0) {
            byte[] data = Arrays.copyOfRange(models[i], at, at + copied);
            models[1 - i] = put(models[1 - i], to, data);
          }
        }
        case 4 -> {
          a.setAttributes(Caller.ROOT, handles[i], AttributeChange.NONE.withSize(at));
          models[i] = Arrays.copyOf(models[i], at);
        }
        default -> a.flush(handles[i]);
      }
      assertHolesAreZeros(handles[i], models[i]);
    }
    a.flush(file);
    a.release(other);
    assertArrayEquals(models[0], readOnB());
    assertArrayEquals(models[1], readOnB("other"));
  }

  private void assertHolesAreZeros(FileHandle handle, byte[] model) throws DinofsException {
    assertEquals(model.length, a.getAttributes(handle).size());
    long at = 0;
    while (at < model.length) {
      long data = a.nextData(handle, at).orElse(model.length);
      for (long zero = at; zero < data; zero++) {
        assertEquals(0, model[(int) zero]);
      }
      at = data < model.length ? a.nextHole(handle, data).orElseThrow() : model.length;
    }
  }

  private static byte[] put(byte[] model, int at, byte[] data) {
    byte[] longer = Arrays.copyOf(model, Math.max(model.length, at + data.length));
    System.arraycopy(data, 0, longer, at, data.length);
    return longer;
  }

  private static void zero(byte[] model, int at, int length) {
    int end = Math.min(model.length, at + length);
    if (at < end) {
      Arrays.fill(model, at, end, (byte) 0);
    }
  }

  private FileHandle create(String name) throws DinofsException {
    return a.create(Caller.ROOT, InodeId.ROOT, Name.of(name), 0644, READ_WRITE).handle();
  }

  private void allocate(AllocateMode mode, long offset, long length) throws DinofsException {
    a.allocate(Caller.ROOT, file, mode, offset, length);
  }

  private void write(FileHandle handle, long offset, byte[] data) throws DinofsException {
    a.write(handle, ByteBuffer.wrap(data), offset);
  }

  private Attributes attributesOnB() throws DinofsException {
    return b.getAttributes(file.inode());
  }

  private long sizeOnB() throws DinofsException {
    return attributesOnB().size();
  }

  private byte[] readOnB() throws DinofsException {
    return readOnB("file");
  }

  private byte[] readOnB(String name) throws DinofsException {
    InodeId inode = b.lookup(InodeId.ROOT, Name.of(name)).inode();
    FileHandle handle = b.open(Caller.ROOT, inode, EnumSet.of(OpenFlag.READ));
    ByteBuffer all = ByteBuffer.allocate((int) b.getAttributes(inode).size());
    b.read(handle, all, 0);
    b.release(handle);
    return all.array();
  }

  private static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 12) + seed * 7 + 1);
    }
    return bytes;
  }

  private static void fails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
