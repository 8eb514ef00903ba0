package io.dinofs.store.versioned;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.attributesIn;
import static io.dinofs.store.Volumes.delete;
import static io.dinofs.store.Volumes.directory;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.touch;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.RecordingListener;
import io.dinofs.store.Store;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WrapperCrashTest {
  private static final int PAGE_BYTES = 200;
  private static final int FILES = 12;
  private static final long DIRECTORY = 10;

  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());

  private static VersionedStore open(Store store) throws DinofsException {
    return VersionedStoreWrapper.open(store, PAGE_BYTES);
  }

  private static VersionedRecord get(VersionedStore store, RecordKey key) throws DinofsException {
    return store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  /** A directory with files, so that there are pages to split and to give up. */
  private MemoryStore withFiles() throws DinofsException {
    MemoryStore below = new MemoryStore();
    try (VersionedStore store = open(new ControlledStore(below))) {
      store.commit(committer.of(putNew(attributes(DIRECTORY), directory())));
      for (int i = 0; i < FILES; i++) {
        store.commit(
            committer.of(
                putNew(entry(DIRECTORY, "f" + i), entryOf(100 + i)),
                putNew(attributes(100 + i), file()),
                touch(DIRECTORY, 1, 0, Volumes.SOME_TIME)));
      }
    }
    return below;
  }

  /** Removes most of the files and makes others. */
  private Commit replaceFiles(VersionedStore store) throws DinofsException {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 1; i < FILES; i++) {
      mutations.add(
          delete(entry(DIRECTORY, "f" + i), get(store, entry(DIRECTORY, "f" + i)).version()));
      mutations.add(delete(attributes(100 + i), get(store, attributes(100 + i)).version()));
    }
    for (int i = 0; i < 3; i++) {
      mutations.add(putNew(entry(DIRECTORY, "g" + i), entryOf(200 + i)));
      mutations.add(putNew(attributes(200 + i), file()));
    }
    mutations.add(touch(DIRECTORY, 4 - FILES, 0, Volumes.SOME_TIME));
    return committer.of(mutations.toArray(Mutation[]::new));
  }

  private static List<Bytes> names(VersionedStore store) throws DinofsException {
    return store
        .list(
            new InodeId(DIRECTORY), RecordKind.ENTRY, Bytes.EMPTY, 100, Children.WITHOUT_ATTRIBUTES)
        .records()
        .stream()
        .map(record -> record.key().name())
        .toList();
  }

  /**
   * @return whether the commit has happened
   */
  private boolean assertAllOrNothing(VersionedStore store) throws DinofsException {
    boolean happened = get(store, entry(DIRECTORY, "g0")).isPresent();
    List<Bytes> expected = new ArrayList<>();
    expected.add(Bytes.utf8("f0"));
    for (int i = 1; i < FILES && !happened; i++) {
      expected.add(Bytes.utf8("f" + i));
    }
    for (int i = 0; i < 3 && happened; i++) {
      expected.add(Bytes.utf8("g" + i));
    }
    expected.sort(null);
    assertEquals(expected, names(store));
    assertEquals(expected.size(), attributesIn(get(store, attributes(DIRECTORY))).entries());
    assertEquals(2 + expected.size(), store.statistics().inodes());
    for (int i = 0; i < FILES; i++) {
      assertEquals(i == 0 || !happened, get(store, attributes(100 + i)).isPresent());
    }
    assertTrue(get(store, attributes(1)).isPresent());
    return happened;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCommitThatAProcessDidNotSurviveHasHappenedOrNot(boolean lastPutArrives) throws Exception {
    int puts = 0;
    boolean sawBefore = false;
    boolean crashed = true;
    for (; crashed; puts++) {
      MemoryStore below = withFiles();
      Commit commit;
      CommitNumber before;
      try (VersionedStore store = open(new ControlledStore(below))) {
        commit = replaceFiles(store);
        before = store.statistics().newest();
      }
      // Opening carries out the last intent once more, so its puts come first.
      CrashingStore crashing = new CrashingStore(below, puts, lastPutArrives, Integer.MAX_VALUE);
      try (VersionedStore store = open(crashing)) {
        store.commit(commit);
      } catch (DinofsException e) {
        assertTrue(crashing.hasCrashed(), e.getMessage());
      }
      crashed = crashing.hasCrashed();
      try (VersionedStore store = open(new ControlledStore(below))) {
        boolean happened = assertAllOrNothing(store);
        sawBefore |= !happened;
        assertTrue(happened || crashed);
        CommitResult again = store.commit(commit);
        assertEquals(before.next(), again.number(), "after " + puts + " puts");
        assertTrue(assertAllOrNothing(store));
        store.commit(committer.of(putNew(xattr(DIRECTORY, "next"), "v")));
        assertEquals(before.next().next(), store.statistics().newest());
      }
    }
    assertTrue(sawBefore);
    assertTrue(puts > 10, "the commit has " + puts + " puts");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVolumeThatWasHalfMadeIsMadeByTheNextOpening(boolean lastPutArrives) throws Exception {
    boolean crashed = true;
    for (int puts = 0; crashed; puts++) {
      MemoryStore below = new MemoryStore();
      CrashingStore crashing = new CrashingStore(below, puts, lastPutArrives, Integer.MAX_VALUE);
      try (VersionedStore store = open(crashing)) {
        assertTrue(get(store, attributes(1)).isPresent());
        assertFalse(crashing.hasCrashed());
      } catch (DinofsException e) {
        assertEquals(ErrorKind.IO, e.kind());
      }
      crashed = crashing.hasCrashed();
      try (VersionedStore store = open(new ControlledStore(below))) {
        assertTrue(get(store, attributes(1)).isPresent());
        assertEquals(1, store.statistics().inodes());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aStoreThatFailsForAWhileLosesAndDoublesNothing(int failures) throws Exception {
    for (boolean lastPutArrives : new boolean[] {false, true}) {
      boolean crashed = true;
      for (int puts = 0; crashed; puts++) {
        crashed = failForAWhile(puts, lastPutArrives, failures);
      }
    }
  }

  private boolean failForAWhile(int puts, boolean lastPutArrives, int failures)
      throws DinofsException {
    MemoryStore below = withFiles();
    int opening = putsToOpen(below);
    CrashingStore failing = new CrashingStore(below, opening + puts, lastPutArrives, failures);
    RecordingListener listener = new RecordingListener();
    try (VersionedStore store = open(failing)) {
      CommitNumber before = store.statistics().newest();
      store.subscribe(before, listener);
      Commit commit = replaceFiles(store);
      CommitResult result = commitUntilItWorks(store, commit);
      assertEquals(before.next(), result.number());
      assertTrue(assertAllOrNothing(store));
      assertEquals(List.of(before.next()), listener.numbers());
      assertEquals(
          Version.of(result.number()), listener.state().get(entry(DIRECTORY, "g0")).version());
    }
    try (VersionedStore store = open(new ControlledStore(below))) {
      assertTrue(assertAllOrNothing(store));
    }
    return failing.hasCrashed();
  }

  private static CommitResult commitUntilItWorks(VersionedStore store, Commit commit)
      throws DinofsException {
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        return store.commit(commit);
      } catch (DinofsException e) {
        assertTrue(e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.IO, e.getMessage());
      }
    }
    throw new AssertionError("the store works again, but the commit does not");
  }

  private static int putsToOpen(Store below) throws DinofsException {
    ControlledStore counting = new ControlledStore(below);
    open(counting).close();
    return counting.puts().size();
  }

  @Test
  void aStoreThatHoldsSomethingElseIsRefused() throws Exception {
    MemoryStore below = new MemoryStore();
    below.put(io.dinofs.store.Key.of("header"), Bytes.utf8("mine"));
    assertEquals(ErrorKind.CORRUPT, assertThrows(DinofsException.class, () -> open(below)).kind());
    MemoryStore other = new MemoryStore();
    other.put(io.dinofs.store.Key.of("intent"), Bytes.utf8("mine"));
    assertEquals(ErrorKind.CORRUPT, assertThrows(DinofsException.class, () -> open(other)).kind());
  }

  @Test
  void pagesOfRemovedRecordsAreUsedAgain() throws Exception {
    MemoryStore below = new MemoryStore();
    try (VersionedStore store = open(new ControlledStore(below))) {
      long most = 0;
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 40; i++) {
          store.commit(committer.of(putNew(xattr(DIRECTORY, "x" + i), "some value")));
        }
        List<Long> keys = new ArrayList<>();
        below.forEachKey(key -> keys.add(key.toString().startsWith("page-") ? 1L : 0L));
        long pages = keys.stream().mapToLong(Long::longValue).sum();
        assertTrue(round == 0 || pages <= most, pages + " pages after " + most);
        most = Math.max(most, pages);
        for (int i = 0; i < 40; i++) {
          RecordKey key = xattr(DIRECTORY, "x" + i);
          store.commit(committer.of(delete(key, get(store, key).version())));
        }
      }
    }
  }
}
