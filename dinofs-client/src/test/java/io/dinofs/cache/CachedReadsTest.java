package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.directory;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of the store below, and what is not. */
class CachedReadsTest {
  private static final long DIRECTORY = 10;
  private static final long FIRST_FILE = 1000;

  private CacheFixture volume;

  @BeforeEach
  void openVolume() throws Exception {
    volume = new CacheFixture();
    volume.commitElsewhere(putNew(attributes(DIRECTORY), directory()));
  }

  @AfterEach
  void closeVolume() throws Exception {
    volume.close();
  }

  @Test
  void aRecordIsAskedForOnce() throws Exception {
    volume.writeElsewhere(xattr(5, "k"), "v");
    assertEquals("v", text(volume.get(xattr(5, "k"))));
    assertEquals("v", text(volume.get(xattr(5, "k"))));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void anAbsentRecordIsAskedForOnce() throws Exception {
    assertFalse(volume.get(entry(DIRECTORY, "none")).isPresent());
    assertFalse(volume.get(entry(DIRECTORY, "none")).isPresent());
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void aLookupBringsTheChildsAttributesInTheSameRoundTrip() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 1);
    assertTrue(volume.get(entry(DIRECTORY, CacheFixture.name(0))).isPresent());
    assertEquals(volume.inStore(attributes(FIRST_FILE)), volume.get(attributes(FIRST_FILE)));
    Snapshot both =
        volume.store.get(List.of(entry(DIRECTORY, CacheFixture.name(0))), Children.WITH_ATTRIBUTES);
    assertEquals(volume.inStore(attributes(FIRST_FILE)), both.records().get(1));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void anEntryWhoseChildIsNotCachedIsAnsweredWithItsAttributes() throws Exception {
    volume.commit(putNew(entry(DIRECTORY, "link"), entryOf(FIRST_FILE)));
    volume.commitElsewhere(putNew(attributes(FIRST_FILE), file()));
    Snapshot both = volume.store.get(List.of(entry(DIRECTORY, "link")), Children.WITH_ATTRIBUTES);
    assertEquals(volume.inStore(attributes(FIRST_FILE)), both.records().get(1));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void aListedDirectoryAnswersEverythingAboutItsEntries() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 300);
    assertEquals(
        volume.listAllInStore(DIRECTORY, RecordKind.ENTRY),
        volume.listAll(DIRECTORY, RecordKind.ENTRY));
    assertEquals(1, volume.connection.reads());
    assertTrue(volume.get(entry(DIRECTORY, CacheFixture.name(299))).isPresent());
    assertFalse(volume.get(entry(DIRECTORY, "unknown")).isPresent());
    assertEquals(volume.inStore(attributes(1299)), volume.get(attributes(1299)));
    Listing listing =
        volume.store.list(
            new InodeId(DIRECTORY),
            RecordKind.ENTRY,
            Bytes.utf8(CacheFixture.name(100)),
            50,
            Children.WITH_ATTRIBUTES);
    assertEquals(50, listing.records().size());
    assertEquals(50, listing.attributes().size());
    assertTrue(listing.more());
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void aDirectoryReadInPartIsKnownUpToThere() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 1500);
    volume.store.list(
        new InodeId(DIRECTORY), RecordKind.ENTRY, Bytes.EMPTY, 10, Children.WITHOUT_ATTRIBUTES);
    assertEquals(1, volume.connection.reads());
    assertFalse(volume.get(entry(DIRECTORY, CacheFixture.name(10) + "x")).isPresent());
    assertEquals(1, volume.connection.reads());
    assertFalse(volume.get(entry(DIRECTORY, CacheFixture.name(1400) + "x")).isPresent());
    assertEquals(2, volume.connection.reads());
    assertEquals(1500, volume.listAll(DIRECTORY, RecordKind.ENTRY).size());
    assertEquals(3, volume.connection.reads());
  }

  @Test
  void aCompleteListOfExtendedAttributesAnswersUnknownNames() throws Exception {
    volume.writeElsewhere(xattr(5, "a"), "1");
    assertEquals(1, volume.listAll(5, RecordKind.XATTR).size());
    assertFalse(volume.get(xattr(5, "b")).isPresent());
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void anEmptyDirectoryIsAskedForOnce() throws Exception {
    assertEquals(List.of(), volume.listAll(DIRECTORY, RecordKind.ENTRY));
    assertEquals(List.of(), volume.listAll(DIRECTORY, RecordKind.ENTRY));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void manyLookupsInASmallDirectoryReadItAsAWhole() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 300);
    volume.get(attributes(DIRECTORY));
    for (int i = 0; i < 300; i++) {
      assertTrue(volume.get(entry(DIRECTORY, CacheFixture.name(i))).isPresent());
      assertTrue(volume.get(attributes(FIRST_FILE + i)).isPresent());
    }
    assertTrue(volume.connection.reads() < 10, () -> "reads: " + volume.connection.reads());
    assertEquals(1, volume.connection.lists());
  }

  @Test
  void aFewLookupsInALargeDirectoryDoNotReadItAsAWhole() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 3000);
    volume.get(attributes(DIRECTORY));
    for (int i = 0; i < 20; i++) {
      assertTrue(volume.get(entry(DIRECTORY, CacheFixture.name(i))).isPresent());
    }
    assertEquals(0, volume.connection.lists());
  }

  @Test
  void concurrentMissesOfOneRecordAreOneRequest() throws Exception {
    volume.writeElsewhere(xattr(5, "k"), "v");
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    List<Future<String>> readers = new ArrayList<>();
    readers.add(volume.inBackground(() -> text(volume.get(xattr(5, "k")))));
    hold.awaitRead();
    for (int i = 0; i < 3; i++) {
      readers.add(volume.inBackground(() -> text(volume.get(xattr(5, "k")))));
    }
    hold.release();
    for (Future<String> reader : readers) {
      assertEquals("v", CacheFixture.result(reader));
    }
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void concurrentListingsOfOneDirectoryAreOneRequest() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 30);
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    List<Future<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      readers.add(volume.inBackground(() -> volume.listAll(DIRECTORY, RecordKind.ENTRY).size()));
    }
    hold.awaitRead();
    hold.release();
    for (Future<Integer> reader : readers) {
      assertEquals(30, CacheFixture.result(reader));
    }
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void onlyWhatIsMissingIsAskedFor() throws Exception {
    volume.get(xattr(5, "a"));
    volume.store.get(List.of(xattr(5, "a"), xattr(5, "b")), Children.WITHOUT_ATTRIBUTES);
    volume.store.get(List.of(xattr(5, "b"), xattr(5, "a")), Children.WITHOUT_ATTRIBUTES);
    assertEquals(2, volume.connection.reads());
  }
}
