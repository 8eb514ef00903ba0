package io.dinofs.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiskStoreTest extends StoreContract {
  @TempDir private Path temporary;

  private Path directory() {
    return temporary.resolve("not/yet/there");
  }

  @Override
  protected Store open() throws Exception {
    return DiskStore.open(directory(), Durability.PROCESS_CRASH_ONLY);
  }

  @Override
  protected Optional<Store> reopen() throws Exception {
    return Optional.of(open());
  }

  @Test
  void aSecondOpenerInThisProcessIsRefusedAndDoesNotDisturbTheFirst() throws Exception {
    for (int i = 0; i < 2; i++) {
      DinofsException refused = assertThrows(DinofsException.class, this::open);
      assertEquals(ErrorKind.BUSY, refused.kind());
      assertTrue(refused.getMessage().contains(directory().toString()), refused.getMessage());
    }
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  @Test
  void aSecondOpenerInAnotherProcessIsRefusedAndIsToldWhoHasIt() throws Exception {
    assertFails(ErrorKind.BUSY, this::open);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OpenDiskStore.class.getName(),
                directory().toString())
            .redirectErrorStream(true)
            .start();
    assertTrue(other.waitFor(20, TimeUnit.SECONDS));
    String said =
        new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertTrue(said.contains("BUSY"), said);
    assertTrue(said.contains("in use by process " + ProcessHandle.current().pid()), said);
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsRefused() throws Exception {
    Path other = temporary.resolve("other");
    PrivateDirectory.make(other);
    Files.writeString(other.resolve("precious"), "data");
    assertFails(ErrorKind.INVALID, () -> DiskStore.open(other, Durability.SYNCED));
    assertEquals("data", Files.readString(other.resolve("precious")));
  }

  @Test
  void aDirectoryOfAnotherFormatIsRefused() throws Exception {
    store.close();
    Files.writeString(directory().resolve("format"), "dinofs disk store 2\n");
    assertFails(ErrorKind.NOT_SUPPORTED, this::open);
    assertFails(ErrorKind.NOT_SUPPORTED, this::open);
  }

  @Test
  void whatWasHalfWrittenIsRemovedWhenTheStoreIsOpened() throws Exception {
    Path half = ((FileStore) store).newTemporaryFile();
    Files.writeString(half, "hal");
    store.close();
    store = open();
    assertFalse(Files.exists(half));
    assertEquals(List.of(), keys());
  }

  @Test
  void aFileFromElsewhereIsNotAdoptedAndNotRemoved() throws Exception {
    Path file = Files.writeString(temporary.resolve("mine"), "data");
    assertFails(ErrorKind.INVALID, () -> ((FileStore) store).adopt(key(1), file));
    assertTrue(Files.exists(file));
  }

  @Test
  void aFileThatIsNoKeysIsLeftAlone() throws Exception {
    store.put(key(1), value(1));
    Files.createDirectories(directory().resolve("data/00"));
    Files.writeString(directory().resolve("data/stray"), "");
    Files.writeString(directory().resolve("data/00/.hidden"), "");
    Files.writeString(directory().resolve("data/00/%zz"), "");
    assertEquals(List.of(key(1)), keys());
  }

  @Test
  void anInterruptedPutLeavesNothingBehind() throws Exception {
    Thread.currentThread().interrupt();
    assertFails(ErrorKind.INTERRUPTED, () -> store.put(key(1), value(1)));
    assertTrue(Thread.interrupted());
    assertEquals(Optional.empty(), store.get(key(1)));
    try (Stream<Path> files = Files.list(directory().resolve("tmp"))) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void aSyncedStoreKeepsLongKeysToo() throws Exception {
    try (DiskStore synced = DiskStore.open(temporary.resolve("synced"), Durability.SYNCED)) {
      Key longest = Key.of("/".repeat(Key.MAX_BYTES));
      synced.put(longest, value(1));
      assertEquals(Optional.of(value(1)), synced.get(longest));
      Path file = synced.newTemporaryFile();
      Files.write(file, value(2).toArray());
      synced.adopt(longest, file);
      assertEquals(Optional.of(value(2)), synced.get(longest));
    }
  }

  private List<Key> keys() throws DinofsException {
    List<Key> keys = new ArrayList<>();
    ((DiskStore) store).forEachKey(keys::add);
    return keys;
  }
}
