package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class InodeSetTest {
  @Test
  void whatWasPutInIsIn() {
    InodeSet set = new InodeSet();
    for (long inode : new long[] {0, 1, 5_000_000, -1, Long.MIN_VALUE + 9}) {
      set.add(new InodeId(inode));
      assertTrue(set.mayContain(new InodeId(inode)));
    }
    assertFalse(set.mayContain(new InodeId(2)));
    assertEquals(5, set.size());
  }

  @Test
  void aSetIsItsWords() {
    InodeSet set = new InodeSet();
    set.add(new InodeId(3));
    set.add(new InodeId(700_000));
    InodeSet same = InodeSet.ofWords(set.toWords());
    assertEquals(set, same);
    assertEquals(2, same.size());
  }

  @Test
  void aSetIsBounded() {
    InodeSet set = new InodeSet();
    for (long inode = 0; inode < 3L * InodeSet.MAX_SLOTS; inode += 64) {
      set.add(new InodeId(inode));
    }
    assertTrue(set.toWords().length <= InodeSet.MAX_WORDS);
    assertThrows(
        IllegalArgumentException.class, () -> InodeSet.ofWords(new long[InodeSet.MAX_WORDS + 1]));
  }

  @Test
  void addingASetAddsWhatIsInIt() {
    InodeSet set = new InodeSet();
    set.add(new InodeId(3));
    InodeSet others = new InodeSet();
    others.add(new InodeId(3));
    others.add(new InodeId(4));
    set.addAll(others);
    assertEquals(2, set.size());
    assertTrue(set.mayContain(new InodeId(4)));
  }
}
