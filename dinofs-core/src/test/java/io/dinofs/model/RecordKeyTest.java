package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordKeyTest {
  private static final List<RecordKind> KINDS = List.of(RecordKind.values());

  private static List<RecordKey> randomKeys(Random random, int count) {
    List<RecordKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      RecordKind kind = KINDS.get(random.nextInt(KINDS.size()));
      byte[] name =
          new byte[kind.isNamed() ? 1 + random.nextInt(random.nextInt(20) == 0 ? 255 : 3) : 0];
      random.nextBytes(name);
      long inode = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(3);
      keys.add(new RecordKey(new InodeId(inode), kind, Bytes.wrap(name)));
    }
    return keys;
  }

  @Test
  void aKeyIsReadAsItWasWritten() throws Exception {
    long seed = System.nanoTime();
    for (RecordKey key : randomKeys(new Random(seed), 1000)) {
      assertEquals(key, RecordKey.decode(key.encode().asBuffer()), "seed " + seed);
    }
    RecordKey longest = RecordKey.xattr(InodeId.ROOT, Bytes.wrap(new byte[255]));
    assertEquals(RecordKey.MAX_BYTES, longest.encode().length());
    assertEquals(longest, RecordKey.decode(longest.encode().asBuffer()));
  }

  @Test
  void keysAreOrderedAsTheirEncodingsAre() {
    long seed = System.nanoTime();
    List<RecordKey> keys = randomKeys(new Random(seed), 300);
    for (RecordKey one : keys) {
      for (RecordKey other : keys) {
        assertEquals(
            Integer.signum(one.compareTo(other)),
            Integer.signum(one.encode().compareTo(other.encode())),
            one + " and " + other + ", seed " + seed);
      }
    }
  }

  @Test
  void whatIsNoEncodingIsRefusedAsCorrupt() {
    Fuzz.check(
        RecordKey.entry(InodeId.ROOT, Name.of("name")).encode(),
        RecordKey::encode,
        bytes -> RecordKey.decode(bytes.asBuffer()));
    Fuzz.check(
        RecordKey.attributes(InodeId.ROOT).encode(),
        RecordKey::encode,
        bytes -> RecordKey.decode(bytes.asBuffer()));
  }

  @Test
  void aNameIsThereExactlyWhereItBelongs() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RecordKey(InodeId.ROOT, RecordKind.ATTRIBUTES, Bytes.utf8("x")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RecordKey(InodeId.ROOT, RecordKind.ENTRY, Bytes.EMPTY));
    assertThrows(
        IllegalArgumentException.class,
        () -> RecordKey.xattr(InodeId.ROOT, Bytes.wrap(new byte[256])));
  }

  @Test
  void namesAreBytesWithinTheLimitsOfPosix() {
    assertEquals("ä", Name.of("ä").toString());
    assertEquals(2, new Name(Bytes.wrap(new byte[] {(byte) 0xff, 1})).bytes().length());
    assertEquals(255, Name.of("n".repeat(255)).bytes().length());
    assertEquals("...", Name.of("...").toString());
    for (String illegal : List.of("", ".", "..", "a/b", "/", "a\0", "n".repeat(256))) {
      assertThrows(IllegalArgumentException.class, () -> Name.of(illegal), illegal);
    }
  }
}
