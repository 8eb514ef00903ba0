package io.dinofs.store.paired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalPendingSetTest {
  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("pending");
  }

  private JournalPendingSet open() throws DinofsException {
    return JournalPendingSet.open(file());
  }

  private static Key key(int number) {
    return Key.of("key-" + number);
  }

  @Test
  void keysOutliveTheSetInTheOrderInWhichTheyCame() throws Exception {
    Key strange = new Key(Bytes.wrap(new byte[] {0, '\n', (byte) 0xff}));
    Key longest = Key.of("l".repeat(Key.MAX_BYTES));
    try (JournalPendingSet set = open()) {
      set.add(key(2));
      set.add(strange);
      set.add(key(1));
      set.add(longest);
      set.add(key(2));
      set.remove(key(1));
      set.remove(key(7));
    }
    try (JournalPendingSet set = open()) {
      assertEquals(List.of(key(2), strange, longest), set.keys());
      assertEquals(3, set.size());
      assertTrue(set.contains(strange));
      assertFalse(set.contains(key(1)));
    }
  }

  @Test
  void aSetThatWasNotClosedIsReadAsFarAsItWasWritten() throws Exception {
    JournalPendingSet abandoned = open();
    abandoned.add(key(1));
    byte[] asAfterAKill = Files.readAllBytes(file());
    abandoned.close();
    Files.write(file(), asAfterAKill);
    try (JournalPendingSet set = open()) {
      assertEquals(List.of(key(1)), set.keys());
    }
  }

  @Test
  void aTornTailCostsOnlyTheLastKey() throws Exception {
    int header;
    try (JournalPendingSet set = open()) {
      header = (int) Files.size(file());
      set.add(key(1));
      set.add(key(2));
    }
    byte[] whole = Files.readAllBytes(file());
    int line = (whole.length - header) / 2;
    for (int length = header + line; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      try (JournalPendingSet set = open()) {
        assertEquals(List.of(key(1)), set.keys(), "cut at " + length);
        set.add(key(3));
      }
      try (JournalPendingSet set = open()) {
        assertEquals(List.of(key(1), key(3)), set.keys(), "cut at " + length);
      }
    }
  }

  @Test
  void aBrokenLineCostsOnlyItself() throws Exception {
    try (JournalPendingSet set = open()) {
      for (int i = 1; i <= 3; i++) {
        set.add(key(i));
      }
    }
    byte[] whole = Files.readAllBytes(file());
    int middle = new String(whole, StandardCharsets.ISO_8859_1).indexOf(key(2).bytes().toHex());
    for (byte wrong : new byte[] {0, '\n', '7', (byte) 0xff}) {
      byte[] broken = whole.clone();
      broken[middle + 11] = wrong;
      Files.write(file(), broken);
      try (JournalPendingSet set = open()) {
        assertEquals(List.of(key(1), key(3)), set.keys(), "with " + wrong);
      }
    }
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws Exception {
    Files.writeString(file(), "dinofs pending set 2\n+00 00000000\n");
    DinofsException refused = assertThrows(DinofsException.class, this::open);
    assertEquals(ErrorKind.NOT_SUPPORTED, refused.kind());
  }

  @Test
  void theFileDoesNotGrowWithoutEnd() throws Exception {
    try (JournalPendingSet set = open()) {
      set.add(key(0));
      for (int i = 1; i < 20_000; i++) {
        set.add(key(i));
        set.remove(key(i));
      }
      assertTrue(Files.size(file()) < 1 << 20, "" + Files.size(file()));
      assertEquals(List.of(key(0)), set.keys());
    }
    try (JournalPendingSet set = open()) {
      assertEquals(List.of(key(0)), set.keys());
    }
  }

  @Test
  void anInterruptedThreadAddsAndRemovesAsWell() throws Exception {
    try (JournalPendingSet set = open()) {
      Thread.currentThread().interrupt();
      set.add(key(1));
      assertTrue(Thread.interrupted());
      set.add(key(2));
    }
    try (JournalPendingSet set = open()) {
      assertEquals(List.of(key(1), key(2)), set.keys());
    }
  }

  @Test
  void aClosedSetRefusesChanges() throws Exception {
    JournalPendingSet set = open();
    set.close();
    assertEquals(
        ErrorKind.CLOSED, assertThrows(DinofsException.class, () -> set.add(key(1))).kind());
  }

  @Test
  void randomGarbageNeverKeepsTheSetFromOpening() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (JournalPendingSet set = open()) {
      for (int i : IntStream.range(0, 20).toArray()) {
        set.add(key(i));
      }
    }
    byte[] whole = Files.readAllBytes(file());
    int header = new String(whole, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
    for (int round = 0; round < 50; round++) {
      byte[] broken = whole.clone();
      for (int i = 0; i < 5; i++) {
        broken[header + random.nextInt(broken.length - header)] = (byte) random.nextInt(256);
      }
      Files.write(file(), broken);
      try (JournalPendingSet set = open()) {
        List<Key> unknown = new ArrayList<>(set.keys());
        unknown.removeAll(IntStream.range(0, 20).mapToObj(JournalPendingSetTest::key).toList());
        assertEquals(List.of(), unknown, "seed " + seed);
        assertTrue(set.size() >= 10, "seed " + seed);
      }
    }
  }
}
