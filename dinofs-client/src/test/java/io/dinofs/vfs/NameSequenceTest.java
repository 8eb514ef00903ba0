package io.dinofs.vfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NameSequenceTest {
  private static final int NAMES = 100_000;

  @TempDir Path directory;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private TestVolume volume;
  private NameSequence sequence;

  @BeforeEach
  void makeOne() throws DinofsException {
    volume = new TestVolume(directory);
    sequence = new NameSequence(volume.blobs);
  }

  @AfterEach
  void close() throws DinofsException {
    sequence.close();
    volume.close();
  }

  @Test
  void everyNameKeepsItsPlaceAndFewAreOnTheHeap() throws DinofsException {
    List<Bytes> names = fill(NAMES);
    assertHas(names);
    assertTrue(
        sequence.onHeapNames() < NameSequence.HEAP_NAMES + 4 * NameSequence.BLOCK_NAMES,
        sequence.onHeapNames() + " names on the heap");
  }

  @Test
  void namesThatTheDiskRefusesStayOnTheHeap() throws DinofsException {
    volume.blobs.setFullForTemporaries(true);
    List<Bytes> names = fill(NAMES);
    assertHas(names);
    assertEquals(NAMES, sequence.onHeapNames());
  }

  @Test
  void aDiskThatFillsUpAndIsEmptiedAgainLosesNoName() throws DinofsException {
    List<Bytes> names = names(NAMES);
    for (int i = 0; i < NAMES; i++) {
      volume.blobs.setFullForTemporaries(i < NAMES / 2);
      sequence.add(names.get(i));
    }
    assertHas(names);
  }

  @Test
  void itCanBeginAnew() throws DinofsException {
    fill(NAMES);
    sequence.clear();
    assertEquals(0, sequence.size());
    assertTrue(sequence.isEmpty());
    assertHas(fill(NAMES / 2));
  }

  private List<Bytes> fill(int count) {
    List<Bytes> names = names(count);
    names.forEach(sequence::add);
    return names;
  }

  /** In order, none twice, of all lengths. */
  private List<Bytes> names(int count) {
    TreeSet<Bytes> names = new TreeSet<>();
    while (names.size() < count) {
      byte[] name = new byte[random.nextInt(50) == 0 ? 255 : 3 + random.nextInt(20)];
      random.nextBytes(name);
      names.add(Bytes.wrap(name));
    }
    return new ArrayList<>(names);
  }

  private void assertHas(List<Bytes> names) throws DinofsException {
    assertEquals(names.size(), sequence.size());
    assertEquals(names.get(names.size() - 1), sequence.last());
    for (int i = 0; i < 3000; i++) {
      int place = random.nextInt(names.size());
      Bytes name = names.get(place);
      assertEquals(name, sequence.get(place), () -> "seed " + seed);
      assertEquals(place, sequence.placeOf(name), () -> "seed " + seed);
      byte[] longer = new byte[name.length() + 1];
      name.writeTo(ByteBuffer.wrap(longer));
      Bytes other = Bytes.wrap(longer);
      int expected =
          place + 1 < names.size() && names.get(place + 1).equals(other) ? place + 1 : -1;
      assertEquals(expected, sequence.placeOf(other), () -> "seed " + seed);
    }
    assertEquals(names.get(0), sequence.get(0));
    assertEquals(-1, sequence.placeOf(Bytes.EMPTY));
  }
}
