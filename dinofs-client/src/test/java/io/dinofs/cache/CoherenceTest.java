package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.directory;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.put;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes against what is cached, and against what is on its way into the cache. */
class CoherenceTest {
  private static final long DIRECTORY = 10;
  private static final long FIRST_FILE = 1000;
  private static final RecordKey KEY = xattr(5, "k");

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
  void aChangeElsewhereIsSeenWithoutAsking() throws Exception {
    volume.writeElsewhere(KEY, "old");
    volume.get(KEY);
    volume.writeElsewhere(KEY, "new");
    assertEquals("new", text(volume.get(KEY)));
    volume.removeElsewhere(KEY);
    assertFalse(volume.get(KEY).isPresent());
    volume.writeElsewhere(KEY, "again");
    assertEquals("again", text(volume.get(KEY)));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void aCompleteDirectoryFollowsChangesElsewhere() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 10);
    volume.listAll(DIRECTORY, RecordKind.ENTRY);
    volume.commitElsewhere(putNew(entry(DIRECTORY, "another"), entryOf(7)));
    volume.removeElsewhere(entry(DIRECTORY, CacheFixture.name(5)));
    assertTrue(volume.get(entry(DIRECTORY, "another")).isPresent());
    assertFalse(volume.get(entry(DIRECTORY, CacheFixture.name(5))).isPresent());
    assertEquals(
        volume.listAllInStore(DIRECTORY, RecordKind.ENTRY),
        volume.listAll(DIRECTORY, RecordKind.ENTRY));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void aPushOfWhatIsNotCachedIsIgnored() throws Exception {
    long before = volume.store.cachedBytes();
    volume.writeElsewhere(KEY, "v");
    assertEquals(before, volume.store.cachedBytes());
  }

  @Test
  void aDirectoryThatIsRemovedIsForgotten() throws Exception {
    long before = volume.store.cachedBytes();
    volume.listAll(DIRECTORY, RecordKind.ENTRY);
    assertTrue(volume.store.cachedBytes() > before);
    volume.removeElsewhere(attributes(DIRECTORY));
    assertEquals(before, volume.store.cachedBytes());
  }

  @Test
  void anAnswerYieldsToAPushThatOvertookIt() throws Exception {
    volume.writeElsewhere(KEY, "old");
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<VersionedRecord> reader = volume.inBackground(() -> volume.get(KEY));
    hold.awaitRead();
    volume.writeElsewhere(KEY, "new");
    hold.release();
    assertEquals("new", text(CacheFixture.result(reader)));
    assertEquals("new", text(volume.get(KEY)));
    assertEquals(1, volume.connection.reads());
  }

  @Test
  void anAnswerYieldsToAPushedRemoval() throws Exception {
    volume.writeElsewhere(KEY, "old");
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<VersionedRecord> reader = volume.inBackground(() -> volume.get(KEY));
    hold.awaitRead();
    volume.removeElsewhere(KEY);
    hold.release();
    assertFalse(CacheFixture.result(reader).isPresent());
    assertFalse(volume.get(KEY).isPresent());
  }

  @Test
  void attributesThatNobodyNamedYieldToAPushToo() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 1);
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<VersionedRecord> reader =
        volume.inBackground(() -> volume.get(entry(DIRECTORY, CacheFixture.name(0))));
    hold.awaitRead();
    RecordKey attributes = attributes(FIRST_FILE);
    volume.commitElsewhere(
        new Mutation.Put(attributes, volume.inStore(attributes).version(), file()));
    hold.release();
    CacheFixture.result(reader);
    assertEquals(volume.inStore(attributes), volume.get(attributes));
  }

  @Test
  void aCallThatJoinsARequestAfterACommitReturnedSeesTheCommit() throws Exception {
    volume.writeElsewhere(KEY, "old");
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<VersionedRecord> first = volume.inBackground(() -> volume.get(KEY));
    hold.awaitRead();
    volume.writeElsewhere(KEY, "new");
    Future<VersionedRecord> joining = volume.inBackground(() -> volume.get(KEY));
    hold.release();
    assertEquals("new", text(CacheFixture.result(joining)));
    assertEquals("new", text(CacheFixture.result(first)));
  }

  @Test
  void anAnswerThatManyPushesOvertookIsNotKept() throws Exception {
    volume.writeElsewhere(KEY, "old");
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<VersionedRecord> reader = volume.inBackground(() -> volume.get(KEY));
    hold.awaitRead();
    volume.writeElsewhere(KEY, "new");
    for (int commit = 0; commit < 20; commit++) {
      int number = commit;
      volume.commitElsewhere(
          IntStream.range(0, 1000)
              .mapToObj(i -> putNew(xattr(100 + number, "n" + i), ""))
              .toArray(Mutation[]::new));
    }
    Future<VersionedRecord> joining = volume.inBackground(() -> volume.get(KEY));
    hold.release();
    CacheFixture.result(reader);
    assertEquals("new", text(CacheFixture.result(joining)));
    assertEquals("new", text(volume.get(KEY)));
  }

  @Test
  void pagesReadAtDifferentCommitsAddUpToTheDirectoryAsItIs() throws Exception {
    volume.makeFilesElsewhere(DIRECTORY, FIRST_FILE, 2500);
    Bytes after = listSome(Bytes.EMPTY);
    changeABit(1, 1);
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Bytes from = after;
    Future<Bytes> reader = volume.inBackground(() -> listSome(from));
    hold.awaitRead();
    changeABit(2, 1);
    changeABit(3, 1200);
    changeABit(4, 2400);
    hold.release();
    CacheFixture.result(reader);
    changeABit(5, 1201);
    assertEquals(
        volume.listAllInStore(DIRECTORY, RecordKind.ENTRY),
        volume.listAll(DIRECTORY, RecordKind.ENTRY));
    int reads = volume.connection.reads();
    assertEquals(
        volume.listAllInStore(DIRECTORY, RecordKind.ENTRY),
        volume.listAll(DIRECTORY, RecordKind.ENTRY));
    assertEquals(reads, volume.connection.reads());
    assertEquals(3, volume.connection.lists());
  }

  private void changeABit(int i, int at) throws Exception {
    String around = CacheFixture.name(at);
    volume.commitElsewhere(putNew(entry(DIRECTORY, around + "-new" + i), entryOf(7)));
    volume.removeElsewhere(entry(DIRECTORY, CacheFixture.name(at + 10 * i)));
  }

  private Bytes listSome(Bytes after) throws Exception {
    Listing page =
        volume.store.list(
            new InodeId(DIRECTORY), RecordKind.ENTRY, after, 1024, Children.WITHOUT_ATTRIBUTES);
    return page.records().get(page.records().size() - 1).key().name();
  }

  @Test
  void whatWasKnownOfANameBeforeItsDirectoryWasReadDoesNotComeBack() throws Exception {
    RecordKey name = entry(DIRECTORY, "late");
    assertFalse(volume.get(name).isPresent());
    volume.listAll(DIRECTORY, RecordKind.ENTRY);
    volume.commitElsewhere(putNew(name, entryOf(7)));
    volume.removeElsewhere(attributes(DIRECTORY));
    assertTrue(volume.get(name).isPresent());
  }

  @Test
  void cachedAndFetchedRecordsAreOfOneCommit() throws Exception {
    RecordKey other = xattr(6, "k");
    volume.commitElsewhere(putNew(KEY, "1"), putNew(other, "1"));
    volume.get(KEY);
    ControllableStore.Hold hold = volume.connection.holdNextAnswer();
    Future<Snapshot> reader =
        volume.inBackground(
            () -> volume.store.get(List.of(KEY, other), Children.WITHOUT_ATTRIBUTES));
    hold.awaitRead();
    var number =
        volume
            .commitElsewhere(
                put(KEY, volume.inStore(KEY).version(), "2"),
                put(other, volume.inStore(other).version(), "2"))
            .number();
    hold.release();
    Snapshot snapshot = CacheFixture.result(reader);
    assertEquals("2", text(snapshot.records().get(0)));
    assertEquals("2", text(snapshot.records().get(1)));
    assertEquals(number, snapshot.at());
  }

  @Test
  void whatThisNodeWroteIsCached() throws Exception {
    volume.commit(putNew(attributes(77), file()), putNew(entry(DIRECTORY, "new"), entryOf(77)));
    assertEquals(volume.inStore(attributes(77)), volume.get(attributes(77)));
    assertTrue(volume.get(entry(DIRECTORY, "new")).isPresent());
    assertEquals(0, volume.connection.reads());
  }

  @Test
  void aDirectoryThatThisNodeMadeIsKnownToBeEmpty() throws Exception {
    volume.commit(putNew(attributes(77), directory()), putNew(entry(DIRECTORY, "d"), entryOf(77)));
    assertFalse(volume.get(entry(77, "none")).isPresent());
    assertEquals(List.of(), volume.listAll(77, RecordKind.ENTRY));
    assertEquals(0, volume.connection.reads());
    volume.commitElsewhere(putNew(entry(77, "f"), entryOf(78)));
    assertTrue(volume.get(entry(77, "f")).isPresent());
    assertEquals(0, volume.connection.reads());
  }
}
