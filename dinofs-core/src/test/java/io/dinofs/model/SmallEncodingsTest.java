package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SmallEncodingsTest {
  private static final long[] NUMBERS = {0, 1, 255, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1};

  @Test
  void aDirectoryEntryIsReadAsItWasWritten() throws Exception {
    for (FileType type : FileType.values()) {
      for (long number : NUMBERS) {
        DirectoryEntry entry = new DirectoryEntry(new InodeId(number), type);
        assertEquals(entry, DirectoryEntry.decode(entry.encode()));
      }
    }
    Fuzz.check(
        new DirectoryEntry(InodeId.ROOT, FileType.REGULAR).encode(),
        DirectoryEntry::encode,
        DirectoryEntry::decode);
  }

  @Test
  void inodeNumbersAndCountersAreReadAsTheyWereWritten() throws Exception {
    for (long number : NUMBERS) {
      assertEquals(new InodeId(number), InodeId.decode(new InodeId(number).encode()));
      assertEquals(new Counter(number), Counter.decode(new Counter(number).encode()));
    }
    Fuzz.check(InodeId.ROOT.encode(), InodeId::encode, InodeId::decode);
    Fuzz.check(new Counter(7).encode(), Counter::encode, Counter::decode);
  }

  @Test
  void idsOfKeysAreReadAsTheyWereWritten() throws Exception {
    KeyIds ids = new KeyIds(Arrays.stream(NUMBERS).boxed().toList());
    assertEquals(ids, KeyIds.decode(ids.encode()));
    assertEquals(ids, KeyIds.parse(ids.toString()));
    Fuzz.check(ids.encode(), KeyIds::encode, KeyIds::decode);
  }

  @Test
  void inodeNumbersAreUnsigned() {
    assertTrue(new InodeId(-1).compareTo(InodeId.ROOT) > 0);
    assertEquals("18446744073709551615", new InodeId(-1).toString());
  }

  @Test
  void aBlobKeyIsSpelledInLowerCaseDigitsOnly() {
    BlobKey key = BlobKey.of(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
    String hex = key.toHex();
    assertEquals(Optional.of(key), BlobKey.parse(hex));
    for (String wrong :
        List.of(
            "",
            hex.substring(1),
            hex + "0",
            hex.toUpperCase(java.util.Locale.ROOT),
            "g" + hex.substring(1),
            "٣" + hex.substring(1))) {
      assertEquals(Optional.empty(), BlobKey.parse(wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> new BlobKey(Bytes.wrap(new byte[31])));
  }

  @Test
  void hashingABufferLeavesItsPosition() {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(5).put(0, Bytes.utf8("xabcx").toArray()).position(1).limit(4);
    assertEquals(BlobKey.of(Bytes.utf8("abc").asBuffer()), BlobKey.of(buffer));
    assertEquals(1, buffer.position());
  }

  @Test
  void numbersOnTheWireAndOnDiskAreUniqueAndFoundAgain() {
    for (ErrorKind kind : ErrorKind.values()) {
      assertEquals(Optional.of(kind), ErrorKind.ofNumber(kind.number()));
    }
    for (FileType type : FileType.values()) {
      assertEquals(Optional.of(type), FileType.ofCode(type.code()));
    }
    for (RecordKind kind : RecordKind.values()) {
      assertEquals(Optional.of(kind), RecordKind.ofCode(kind.code()));
    }
    assertEquals(Optional.empty(), ErrorKind.ofNumber(0));
    assertEquals(Optional.empty(), FileType.ofCode(0));
    assertEquals(Optional.empty(), RecordKind.ofCode((byte) 0));
  }

  @Test
  void bytesAreOrderedAsMemcmpOrdersThem() {
    List<Bytes> ordered =
        List.of(
            Bytes.EMPTY,
            Bytes.wrap(new byte[] {0}),
            Bytes.wrap(new byte[] {0, 0}),
            Bytes.wrap(new byte[] {1}),
            Bytes.wrap(new byte[] {127}),
            Bytes.wrap(new byte[] {-128}),
            Bytes.wrap(new byte[] {-1}),
            Bytes.wrap(new byte[] {-1, 0}));
    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        assertEquals(
            Integer.signum(Integer.compare(i, j)),
            Integer.signum(ordered.get(i).compareTo(ordered.get(j))));
      }
    }
  }

  @Test
  void aSliceIsAPartAndNothingMore() {
    Bytes bytes = Bytes.utf8("abcd");
    assertEquals(Bytes.utf8("bc"), bytes.slice(1, 3));
    assertEquals(Bytes.EMPTY, bytes.slice(4, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(1, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(3, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> bytes.slice(-1, 2));
  }

  @Test
  void bytesDoNotChangeWithWhatTheyWereCopiedFrom() {
    byte[] array = {1, 2, 3};
    Bytes copy = Bytes.copyOf(array);
    Bytes ofBuffer = Bytes.copyOf(ByteBuffer.wrap(array, 1, 2));
    Arrays.fill(array, (byte) 9);
    assertEquals(Bytes.wrap(new byte[] {1, 2, 3}), copy);
    assertEquals(Bytes.wrap(new byte[] {2, 3}), ofBuffer);
    copy.toArray()[0] = 9;
    assertEquals(1, copy.at(0));
    assertTrue(copy.asBuffer().isReadOnly());
    assertTrue(copy.startsWith(Bytes.wrap(new byte[] {1, 2})));
    assertTrue(copy.startsWith(Bytes.EMPTY));
    assertFalse(copy.startsWith(ofBuffer));
    assertFalse(ofBuffer.startsWith(copy));
  }

  @Test
  void aCommitChangesEachRecordOnceAndHasALimit() {
    CommitId id = new CommitId(new NodeId(1), 1);
    Mutation check = new Mutation.Check(RecordKey.attributes(InodeId.ROOT), Version.ABSENT);
    Mutation touch = new Mutation.TouchDirectory(InodeId.ROOT, 1, 0, java.time.Instant.EPOCH);
    assertThrows(IllegalArgumentException.class, () -> new Commit(id, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Commit(id, List.of(check, touch)));
    assertEquals(List.of(check), new Commit(id, List.of(check)).mutations());
  }
}
