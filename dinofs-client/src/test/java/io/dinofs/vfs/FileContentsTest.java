package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileContentsTest extends TwoNodes {
  private static final Set<OpenFlag> READ_WRITE = EnumSet.of(OpenFlag.READ, OpenFlag.WRITE);
  private static final Set<OpenFlag> APPEND = EnumSet.of(OpenFlag.WRITE, OpenFlag.APPEND);
  private static final Name NAME = Name.of("file");
  private static final int CHUNK = Manifest.CHUNK_BYTES;

  @Test
  void whatOneNodeWroteAnotherReadsAfterTheFlush() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "hello");
    assertEquals(0, b.lookup(InodeId.ROOT, NAME).attributes().size());
    a.flush(handle);
    assertEquals("hello", readAll(b));
    a.release(handle);
  }

  @Test
  void anOpenFileReadsWhatItsHandlesWroteBeforeTheFlush() throws DinofsException {
    FileHandle one = create(a);
    FileHandle two = a.open(Caller.ROOT, one.inode(), READ_WRITE);
    write(a, one, 3, "xyz");
    write(a, two, 0, "abc");
    assertEquals("abcxyz", read(a, one, 0, 10));
    assertEquals(6, a.getAttributes(two).size());
    a.release(one);
    a.release(two);
    assertEquals("abcxyz", readAll(b));
  }

  @Test
  void nodesThatWriteDisjointRangesLoseNothing() throws DinofsException {
    FileHandle first = create(a);
    write(a, first, 0, "................");
    a.flush(first);
    FileHandle second = b.open(Caller.ROOT, first.inode(), READ_WRITE);
    write(a, first, 0, "aaaa");
    write(b, second, 8, "bbbb");
    a.flush(first);
    b.flush(second);
    assertEquals("aaaa....bbbb....", readAll(a));
    assertEquals("aaaa....bbbb....", readAll(b));
    a.release(first);
    b.release(second);
  }

  @Test
  void appendsOfTwoNodesFollowEachOther() throws DinofsException {
    FileHandle first = create(a);
    a.release(first);
    FileHandle onA = a.open(Caller.ROOT, first.inode(), APPEND);
    FileHandle onB = b.open(Caller.ROOT, first.inode(), APPEND);
    for (int round = 0; round < 3; round++) {
      write(a, onA, 0, "a" + round + ";");
      write(b, onB, 0, "b" + round + ";");
      write(a, onA, 0, "A" + round + ";");
      a.flush(onA);
      b.flush(onB);
    }
    a.release(onA);
    b.release(onB);
    assertEquals("a0;A0;b0;a1;A1;b1;a2;A2;b2;", readAll(a));
  }

  @Test
  void appendsStayInOnePieceWhenAnotherNodeAppendsInBetween() throws DinofsException {
    FileHandle first = create(a);
    a.release(first);
    FileHandle onA = a.open(Caller.ROOT, first.inode(), appendAndRead());
    FileHandle onB = b.open(Caller.ROOT, first.inode(), APPEND);
    write(a, onA, 0, "a0;");
    write(b, onB, 0, "b0;");
    b.flush(onB);
    write(a, onA, 0, "a1;");
    assertEquals("b0;a0;a1;", read(a, onA, 0, 100));
    a.release(onA);
    b.release(onB);
    assertEquals("b0;a0;a1;", readAll(b));
  }

  @Test
  void anAppendThatFilledAChunkLeavesItToWhatAnotherNodeAppendedFirst() throws DinofsException {
    FileHandle first = create(a);
    FileHandle onA = a.open(Caller.ROOT, first.inode(), APPEND);
    FileHandle onB = b.open(Caller.ROOT, first.inode(), APPEND);
    write(a, first, 0, "a".repeat(CHUNK - 3));
    write(a, onA, 0, "AAA"); // the chunk is full now and stored
    write(b, onB, 0, "b".repeat(CHUNK + 5));
    b.flush(onB);
    a.flush(onA);
    assertEquals("a".repeat(CHUNK - 3) + "b".repeat(8) + "AAA", readAll(b));
    a.release(first);
    a.release(onA);
    b.release(onB);
  }

  @Test
  void appendsMoveAcrossTheEndOfAChunk() throws DinofsException {
    FileHandle first = create(a);
    write(a, first, CHUNK - 4, "1234");
    a.release(first);
    FileHandle onA = a.open(Caller.ROOT, first.inode(), APPEND);
    FileHandle onB = b.open(Caller.ROOT, first.inode(), APPEND);
    byte[] long1 = pattern(CHUNK + 100, 1);
    byte[] long2 = pattern(2 * CHUNK + 5, 2);
    a.write(onA, ByteBuffer.wrap(long1), 0);
    b.write(onB, ByteBuffer.wrap(long2), 0);
    a.release(onA);
    b.release(onB);
    byte[] all = bytes(b);
    assertEquals(CHUNK + long1.length + long2.length, all.length);
    assertArrayEquals(long1, Arrays.copyOfRange(all, CHUNK, CHUNK + long1.length));
    assertArrayEquals(long2, Arrays.copyOfRange(all, CHUNK + long1.length, all.length));
  }

  @Test
  void aFileOfTheGreatestSizeCostsWhatIsWrittenInIt() throws DinofsException {
    FileHandle handle = create(a);
    a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(Long.MAX_VALUE));
    write(a, handle, 1L << 40, "middle");
    write(a, handle, Long.MAX_VALUE - 3, "end");
    a.release(handle);
    FileHandle read = b.open(Caller.ROOT, handle.inode(), READ_WRITE);
    assertEquals(Long.MAX_VALUE, b.getAttributes(read).size());
    assertEquals("\0middle\0", read(b, read, (1L << 40) - 1, 8));
    assertEquals("end", read(b, read, Long.MAX_VALUE - 3, 10));
    b.release(read);
  }

  @Test
  void whatTruncateCutOffIsZerosWhenTheFileGrowsAgain() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "0123456789");
    a.flush(handle);
    a.setAttributes(Caller.ROOT, handle.inode(), AttributeChange.NONE.withSize(4));
    a.setAttributes(Caller.ROOT, handle.inode(), AttributeChange.NONE.withSize(8));
    assertEquals("0123\0\0\0\0", readAll(b));
    a.release(handle);
  }

  @Test
  void aFileWithoutNameWorksUntilItIsClosed() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "before");
    a.flush(handle);
    a.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    assertEquals(0, a.getAttributes(handle).nlink());
    write(a, handle, 6, " after");
    a.flush(handle);
    assertEquals("before after", read(a, handle, 0, 100));
    a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(3).withMode(0600));
    assertEquals("bef", read(a, handle, 0, 100));
    assertEquals(0600, a.getAttributes(handle).mode());
    a.release(handle);
  }

  @Test
  void aFullDiskFailsTheFlushAndLosesNothing() throws DinofsException {
    FileHandle handle = create(a);
    byte[] data = pattern(CHUNK + CHUNK / 2, 3);
    a.write(handle, ByteBuffer.wrap(data, 0, CHUNK / 2), 0);
    volume.blobs.setFull(true);
    fails(ErrorKind.NO_SPACE, () -> a.flush(handle));
    fails(
        ErrorKind.NO_SPACE,
        () -> a.write(handle, ByteBuffer.wrap(data, CHUNK / 2, CHUNK / 2), CHUNK / 2));
    a.write(handle, ByteBuffer.wrap(data, CHUNK, CHUNK / 2), CHUNK);
    fails(ErrorKind.NO_SPACE, () -> a.flush(handle));
    assertArrayEquals(data, bytes(a, handle, 0, data.length));
    volume.blobs.setFull(false);
    a.release(handle);
    assertArrayEquals(data, bytes(b));
  }

  @Test
  void aSmallFileNeedsNoBlobUntilItGrows() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "small");
    volume.blobs.setFull(true);
    a.fsync(handle);
    assertEquals("small", readAll(b));
    volume.blobs.setFull(false);
    a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(10_000));
    assertEquals("small" + "\0".repeat(9_995), readAll(b));
    a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(3));
    assertEquals("sma", readAll(b));
    FileHandle other = b.open(Caller.ROOT, handle.inode(), READ_WRITE);
    a.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    assertEquals("sma", read(b, other, 0, 100));
    assertEquals("sma", read(a, handle, 0, 100));
    a.release(handle);
    b.release(other);
  }

  @Test
  void anOpenFileThatAnotherNodeChangesAndRemovesIsReadAsItWasInTheEnd() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "some contents");
    a.flush(handle);
    FileHandle other = b.open(Caller.ROOT, handle.inode(), READ_WRITE);
    write(b, other, 0, "last");
    b.setAttributes(Caller.ROOT, other, AttributeChange.NONE.withMode(0600));
    b.release(other);
    b.unlink(Caller.ROOT, InodeId.ROOT, NAME);
    assertEquals("last contents", read(a, handle, 0, 100));
    assertEquals(0600, a.getAttributes(handle).mode());
    a.release(handle);
  }

  @ParameterizedTest
  @ValueSource(ints = {5000, 2 * CHUNK})
  void aFileWhoseContentsAreLostIsDamagedAndNotAbsent(int length) throws DinofsException {
    FileHandle handle = create(a);
    a.write(handle, ByteBuffer.wrap(pattern(length, 1)), 0);
    a.release(handle);
    volume.blobs.setEmpty(true);
    FileHandle other = b.open(Caller.ROOT, handle.inode(), READ_WRITE);
    fails(ErrorKind.IO, () -> read(b, other, 0, 10));
    volume.blobs.setEmpty(false);
    assertArrayEquals(pattern(length, 1), bytes(b));
    b.release(other);
  }

  @Test
  void timesThatWereSetAfterTheLastWriteStay() throws DinofsException {
    FileHandle handle = create(a);
    write(a, handle, 0, "text");
    Instant then = Instant.ofEpochSecond(-5, 7);
    a.setAttributes(
        Caller.ROOT, handle, AttributeChange.NONE.withMtime(new AttributeChange.At(then)));
    a.release(handle);
    assertEquals(then, b.getAttributes(handle.inode()).mtime());
    assertEquals("text", readAll(b));
  }

  @Test
  void aFileWithOneChunkOfDataNeedsNoManifest() throws DinofsException {
    FileHandle handle = create(a);
    a.write(handle, ByteBuffer.wrap(pattern(5000, 1)), 0);
    a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(10L * CHUNK));
    a.release(handle);
    assertInstanceOf(Content.SingleBlob.class, a.getAttributes(handle.inode()).content());
  }

  @ParameterizedTest
  @ValueSource(ints = {2000, 6000, 4 * CHUNK})
  void randomOperationsOnSeveralHandlesAndNodesAgreeWithAnArray(int most) throws DinofsException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("FileContentsTest: -Ddinofs.seed=" + seed);
    Random random = new Random(seed);
    FileHandle[] handles = new FileHandle[4];
    FileSystem[] nodes = {a, a, b, b};
    InodeId inode = create(a).inode();
    for (int i = 0; i < handles.length; i++) {
      handles[i] = nodes[i].open(Caller.ROOT, inode, i % 2 == 0 ? READ_WRITE : appendAndRead());
    }
    byte[] model = new byte[0];
    for (int step = 0; step < 400; step++) {
      int i = random.nextInt(handles.length);
      int at =
          random.nextInt(4) == 0 ? random.nextInt(most) : random.nextInt(Math.max(1, model.length));
      switch (random.nextInt(8)) {
        case 0 -> {
          int size = random.nextInt(most);
          nodes[i].setAttributes(Caller.ROOT, handles[i], AttributeChange.NONE.withSize(size));
          model = Arrays.copyOf(model, size);
        }
        case 1, 2, 3 -> {
          byte[] data =
              pattern(
                  1 + random.nextInt(random.nextInt(6) == 0 ? most / 2 : Math.min(most, 5000)),
                  random.nextInt());
          int offset = i % 2 == 0 ? at : model.length;
          nodes[i].write(handles[i], ByteBuffer.wrap(data), at);
          model = Arrays.copyOf(model, Math.max(model.length, offset + data.length));
          System.arraycopy(data, 0, model, offset, data.length);
        }
        case 4 -> nodes[i].fsync(handles[i]);
        default -> {
          byte[] read = bytes(nodes[i], handles[i], at, random.nextInt(most / 2));
          assertArrayEquals(
              Arrays.copyOfRange(
                  model, Math.min(at, model.length), Math.min(model.length, at + read.length)),
              read,
              "step " + step);
        }
      }
      // Other nodes see contents from the flush on, so the model holds for both nodes only then.
      nodes[i].flush(handles[i]);
      assertEquals(model.length, b.getAttributes(handles[3]).size(), "step " + step);
    }
    for (int i = 0; i < handles.length; i++) {
      nodes[i].release(handles[i]);
    }
    assertArrayEquals(model, bytes(a));
    assertArrayEquals(model, bytes(b));
  }

  @Test
  void randomWritesWithoutFlushAgreeWithAnArrayOnTheirOwnNode() throws DinofsException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("FileContentsTest: -Ddinofs.seed=" + seed);
    Random random = new Random(seed);
    FileHandle handle = create(a);
    byte[] model = new byte[0];
    for (int step = 0; step < 600; step++) {
      int at = random.nextInt(3 * CHUNK);
      if (random.nextInt(40) == 0) {
        int size = random.nextInt(3 * CHUNK);
        a.setAttributes(Caller.ROOT, handle, AttributeChange.NONE.withSize(size));
        model = Arrays.copyOf(model, size);
      } else if (random.nextInt(40) == 0) {
        a.flush(handle);
      } else if (random.nextBoolean()) {
        byte[] data =
            pattern(
                1 + random.nextInt(random.nextInt(20) == 0 ? 2 * CHUNK : 70_000), random.nextInt());
        a.write(handle, ByteBuffer.wrap(data), at);
        model = Arrays.copyOf(model, Math.max(model.length, at + data.length));
        System.arraycopy(data, 0, model, at, data.length);
      } else {
        int length = random.nextInt(CHUNK);
        byte[] expected =
            Arrays.copyOfRange(
                model, Math.min(at, model.length), Math.min(model.length, at + length));
        assertArrayEquals(expected, bytes(a, handle, at, length), "step " + step);
      }
    }
    a.release(handle);
    assertArrayEquals(model, bytes(b));
  }

  private static void fails(ErrorKind kind, Executable executable) {
    assertEquals(kind, assertThrows(DinofsException.class, executable).kind());
  }

  private static Set<OpenFlag> appendAndRead() {
    return EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND);
  }

  private static FileHandle create(FileSystem node) throws DinofsException {
    return node.create(Caller.ROOT, InodeId.ROOT, NAME, 0644, READ_WRITE).handle();
  }

  private static void write(FileSystem node, FileHandle handle, long offset, String text)
      throws DinofsException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(bytes.length, node.write(handle, ByteBuffer.wrap(bytes), offset));
  }

  private static String read(FileSystem node, FileHandle handle, long offset, int length)
      throws DinofsException {
    return new String(bytes(node, handle, offset, length), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(FileSystem node, FileHandle handle, long offset, int length)
      throws DinofsException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int read = node.read(handle, target, offset);
    assertEquals(read, target.position());
    return Arrays.copyOf(target.array(), read);
  }

  private static byte[] bytes(FileSystem node) throws DinofsException {
    FileSystem.Node file = node.lookup(InodeId.ROOT, NAME);
    FileHandle handle = node.open(Caller.ROOT, file.inode(), EnumSet.of(OpenFlag.READ));
    try {
      return bytes(node, handle, 0, (int) file.attributes().size());
    } finally {
      node.release(handle);
    }
  }

  private static String readAll(FileSystem node) throws DinofsException {
    return new String(bytes(node), StandardCharsets.UTF_8);
  }

  private static byte[] pattern(int length, int seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
