package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AnswersTest {
  private static final InodeId INODE = new InodeId(0x1122334455667788L);
  private static final Instant TIME = Instant.ofEpochSecond(-5, 7);

  private final ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

  private static Attributes attributes() {
    return Attributes.create(FileType.REGULAR, 04755, -2, 6, 9, TIME).toBuilder()
        .size(513)
        .allocated(513)
        .nlink(3)
        .build();
  }

  @Test
  void anEntryIsLaidOutAsTheKernelHasIt() {
    Answers.entry(out, INODE, attributes());
    assertEquals(Answers.ENTRY_BYTES, out.position());
    assertEquals(INODE.value(), out.getLong(0));
    assertEquals(INODE.value(), out.getLong(40));
  }

  @Test
  void nothingIsCachedBeyondTheSystemCall() {
    Answers.entry(out, INODE, attributes());
    for (int offset = 8; offset < 40; offset += Long.BYTES) {
      assertEquals(0, out.getLong(offset), "offset " + offset);
    }
  }

  @Test
  void whatMayBeKeptIsToldInSecondsAndNanoseconds() {
    Answers.entry(out, INODE, attributes(), new Validity(3, 4), new Validity(5, 6));
    assertEquals(Answers.ENTRY_BYTES, out.position());
    assertEquals(3, out.getLong(16));
    assertEquals(5, out.getLong(24));
    assertEquals(4, out.getInt(32));
    assertEquals(6, out.getInt(36));
    out.clear();
    Answers.attributesAnswer(out, INODE, attributes(), new Validity(7, 8));
    assertEquals(7, out.getLong(0));
    assertEquals(8, out.getInt(8));
  }

  @Test
  void anAbsentNameIsAnEntryWithoutAnInode() {
    Answers.absent(out, new Validity(3, 4));
    assertEquals(Answers.ENTRY_BYTES, out.position());
    assertEquals(0, out.getLong(0));
    assertEquals(3, out.getLong(16));
    assertEquals(4, out.getInt(32));
  }

  @Test
  void attributesAreLaidOutAsTheKernelHasThem() {
    Answers.attributesAnswer(out, INODE, attributes());
    assertEquals(Answers.ATTRIBUTES_ANSWER_BYTES, out.position());
    ByteBuffer attributes = out.slice(16, Answers.ATTRIBUTES_BYTES).order(ByteOrder.nativeOrder());
    assertEquals(INODE.value(), attributes.getLong());
    assertEquals(513, attributes.getLong());
    assertEquals(2, attributes.getLong()); // blocks of 512 bytes
    for (int i = 0; i < 3; i++) {
      assertEquals(-5, attributes.getLong());
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(7, attributes.getInt());
    }
    assertEquals(0104755, attributes.getInt());
    assertEquals(3, attributes.getInt());
    assertEquals(-2, attributes.getInt());
    assertEquals(6, attributes.getInt());
    assertEquals(9, attributes.getInt());
  }

  @Test
  void theSmallAnswersHaveTheKernelsSizes() {
    Answers.open(out, 5, Answers.KEEP_CACHE);
    assertEquals(Answers.OPEN_BYTES, out.position());
    out.clear();
    Answers.write(out, 5);
    assertEquals(Answers.WRITE_BYTES, out.position());
    out.clear();
    Answers.xattrSize(out, 5);
    assertEquals(Answers.XATTR_SIZE_BYTES, out.position());
    out.clear();
    Answers.statistics(out, new FileSystem.Statistics(1 << 20, 1 << 19, 3));
    assertEquals(Answers.STATFS_BYTES, out.position());
  }

  @Test
  void directoryEntriesArePaddedAndCutWhereTheNextDoesNotFit() {
    ByteBuffer small = ByteBuffer.allocate(64 + 31).order(ByteOrder.nativeOrder());
    DirectoryPage page = new DirectoryPage(small);
    Bytes name = Bytes.wrap(new byte[] {'a', (byte) 0xff});
    assertEquals(true, page.accept(name, INODE, FileType.DIRECTORY, 77));
    assertEquals(true, page.accept(Bytes.utf8("12345678"), INODE, FileType.REGULAR, 78));
    assertEquals(64, small.position());
    assertEquals(false, page.accept(name, INODE, FileType.REGULAR, 79));
    assertEquals(64, small.position());
    assertEquals(INODE.value(), small.getLong(0));
    assertEquals(77, small.getLong(8));
    assertEquals(2, small.getInt(16));
    assertEquals(FileType.DIRECTORY.code(), small.getInt(20));
    assertEquals((byte) 0xff, small.get(25));
    assertEquals(0, small.get(26));
  }
}
