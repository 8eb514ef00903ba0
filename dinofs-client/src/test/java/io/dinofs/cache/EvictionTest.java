package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.directory;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKind;
import io.dinofs.store.Volumes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a cache that is full lets go. */
class EvictionTest {
  private static final long DIRECTORY = 10;
  private static final long FIRST_FILE = 1000;
  private static final long BOUND = 100_000;

  private CacheFixture volume;

  @BeforeEach
  void openVolume() throws Exception {
    volume = new CacheFixture(Caches.settings(BOUND));
    volume.commitElsewhere(putNew(attributes(DIRECTORY), directory()));
  }

  @AfterEach
  void closeVolume() throws Exception {
    volume.close();
  }

  @Test
  void theBoundIsKept() throws Exception {
    for (int i = 0; i < 2000; i++) {
      volume.get(xattr(100 + i, "k"));
      assertTrue(volume.store.cachedBytes() <= BOUND);
    }
    assertTrue(volume.store.cachedBytes() > BOUND * 9 / 10);
  }

  @Test
  void whatIsUsedStays() throws Exception {
    for (int i = 0; i < 2000; i++) {
      volume.get(xattr(5, "used"));
      volume.get(xattr(100 + i, "k"));
    }
    assertEquals(2001, volume.connection.reads());
  }

  @Test
  void aDirectoryThatIsUsedStays() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 100);
    volume.listAll(DIRECTORY, RecordKind.ENTRY);
    for (int i = 0; i < 2000; i++) {
      assertFalse(volume.get(entry(DIRECTORY, "none" + i)).isPresent());
      volume.get(xattr(100 + i, "k"));
    }
    assertEquals(2001, volume.connection.reads());
  }

  @Test
  void aDirectoryThatIsNotUsedIsEvictedAndReadAgain() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 100);
    volume.listAll(DIRECTORY, RecordKind.ENTRY);
    for (int i = 0; i < 2000; i++) {
      volume.get(xattr(100 + i, "k"));
    }
    int reads = volume.connection.reads();
    volume.commitElsewhere(putNew(entry(DIRECTORY, "new"), entryOf(7)));
    assertEquals(101, volume.listAll(DIRECTORY, RecordKind.ENTRY).size());
    assertTrue(volume.connection.reads() > reads);
  }

  @Test
  void aDirectoryLargerThanTheCacheIsListedAndNotKept() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 5000);
    for (int i = 0; i < 2; i++) {
      assertEquals(
          volume.listAllInStore(DIRECTORY, RecordKind.ENTRY),
          volume.listAll(DIRECTORY, RecordKind.ENTRY));
      assertTrue(volume.store.cachedBytes() <= BOUND);
    }
    assertFalse(volume.get(entry(DIRECTORY, "none")).isPresent());
    assertTrue(volume.get(entry(DIRECTORY, CacheFixture.name(4000))).isPresent());
  }

  @Test
  void aDirectoryThatGrowsTooLargeIsForgotten() throws Exception {
    volume.commit(putNew(attributes(77), directory()));
    for (int i = 0; i < 1000; i++) {
      volume.commit(
          putNew(entry(77, CacheFixture.name(i)), entryOf(FIRST_FILE + i)),
          new Mutation.TouchDirectory(attributes(77).inode(), 1, 0, Volumes.SOME_TIME));
      assertTrue(volume.store.cachedBytes() <= BOUND);
    }
    assertFalse(volume.get(entry(77, "none")).isPresent());
    assertEquals(1, volume.connection.reads());
    assertEquals(1000, volume.listAll(77, RecordKind.ENTRY).size());
  }

  @Test
  void aCacheWithoutRoomPassesEverythingThrough() throws Exception {
    try (CacheFixture none = new CacheFixture(Caches.settings(0))) {
      none.commitElsewhere(putNew(xattr(5, "k"), "v"));
      assertTrue(none.get(xattr(5, "k")).isPresent());
      assertTrue(none.get(xattr(5, "k")).isPresent());
      assertEquals(2, none.connection.reads());
      assertEquals(0, none.store.cachedBytes());
    }
  }
}
