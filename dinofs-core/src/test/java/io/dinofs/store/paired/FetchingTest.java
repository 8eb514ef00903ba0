package io.dinofs.store.paired;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class FetchingTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Key KEY = Key.of("key");
  private static final Bytes OLD = Bytes.utf8("old");
  private static final Bytes NEW = Bytes.utf8("new");

  @TempDir private Path directory;

  private final MemoryStore server = new MemoryStore();
  private final ControlledStore slow = new ControlledStore(server);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private DiskStore fast;
  private PairedFileStore store;

  @BeforeEach
  void open() throws Exception {
    fast = DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY);
    PendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
    store =
        new PairedFileStore(
            fast,
            slow,
            pending,
            PairedOptions.DEFAULT
                .withRetries(Duration.ofMillis(1), Duration.ofMillis(20))
                .withCloseLimit(Duration.ofMillis(10)));
  }

  @AfterEach
  void close() throws Exception {
    slow.release();
    executor.shutdownNow();
    store.close();
  }

  private Future<Optional<Bytes>> getInBackground() {
    return executor.submit(() -> store.get(KEY));
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void concurrentMissesOfOneKeyCollapseIntoOneFetch() throws Exception {
    server.put(KEY, OLD);
    slow.hold();
    List<Future<Optional<Bytes>>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      readers.add(getInBackground());
    }
    await().atMost(LIMIT).until(() -> slow.gets().size() == 1);
    slow.release();
    for (Future<Optional<Bytes>> reader : readers) {
      assertEquals(Optional.of(OLD), result(reader));
    }
    assertEquals(List.of(KEY), slow.gets());
  }

  @Test
  void aFetchedValueIsOpenedAsAFile() throws Exception {
    assertTrue(store.open(KEY).isEmpty());
    server.put(KEY, OLD);
    try (FileChannel channel = store.open(KEY).orElseThrow()) {
      ByteBuffer target = ByteBuffer.allocate(10);
      channel.read(target, 0);
      assertEquals(OLD, Bytes.copyOf(target.flip()));
    }
    assertEquals(Optional.of(OLD), fast.get(KEY));
  }

  @Test
  void aFetchThatBeganBeforeAPutDoesNotTakeItsPlace() throws Exception {
    server.put(KEY, OLD);
    slow.hold();
    Future<Optional<Bytes>> leader = getInBackground();
    await().atMost(LIMIT).until(() -> slow.gets().size() == 1);
    Future<Optional<Bytes>> waiting = getInBackground();
    store.put(KEY, NEW);
    assertEquals(Optional.of(NEW), result(waiting), "whoever waits gets what was put here");
    slow.release();
    result(leader);
    assertEquals(Optional.of(NEW), store.get(KEY));
    assertEquals(Optional.of(NEW), fast.get(KEY));
    store.awaitPropagated(List.of(KEY), LIMIT);
    assertEquals(Optional.of(NEW), server.get(KEY));
  }

  @Test
  void aFailureReachesEveryoneWhoWaitsAndTheNextGetTriesAgain() throws Exception {
    server.put(KEY, OLD);
    slow.hold();
    Future<Optional<Bytes>> one = getInBackground();
    await().atMost(LIMIT).until(() -> slow.gets().size() == 1);
    slow.failNextGets(1);
    slow.release();
    ExecutionException failed = assertThrows(ExecutionException.class, () -> result(one));
    assertEquals(ErrorKind.UNAVAILABLE, ((DinofsException) failed.getCause()).kind());
    assertEquals(Optional.of(OLD), store.get(KEY));
  }

  @Test
  void anInterruptedFetchIsTakenOverBySomeoneWhoWaits() throws Exception {
    server.put(KEY, OLD);
    slow.hold();
    Future<Optional<Bytes>> leader = getInBackground();
    await().atMost(LIMIT).until(() -> slow.gets().size() == 1);
    Future<Optional<Bytes>> waiting = getInBackground();
    leader.cancel(true);
    await().atMost(LIMIT).until(() -> slow.gets().size() == 2);
    slow.release();
    assertEquals(Optional.of(OLD), result(waiting));
  }

  @Test
  void onlyWhatIsPropagatedIsEvicted() throws Exception {
    slow.hold();
    store.put(KEY, NEW);
    assertFalse(store.evict(KEY));
    slow.release();
    store.awaitPropagated(List.of(KEY), LIMIT);
    await().atMost(LIMIT).until(() -> store.evict(KEY));
    assertEquals(Optional.empty(), fast.get(KEY));
    assertEquals(Optional.of(NEW), store.get(KEY));
    assertFalse(store.evict(Key.of("none")));
  }

  @Test
  void noPutIsLostToAnEvictionOrAFetch() throws Exception {
    Future<Void> evicting =
        executor.submit(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                store.evict(KEY);
              }
              return null;
            });
    Future<Void> reading =
        executor.submit(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                store.get(KEY);
              }
              return null;
            });
    for (int i = 0; i < 300; i++) {
      Bytes value = Bytes.utf8("value-" + i);
      store.put(KEY, value);
      assertEquals(Optional.of(value), store.get(KEY));
    }
    evicting.cancel(true);
    reading.cancel(true);
    store.awaitPropagated(List.of(KEY), LIMIT);
    assertEquals(Optional.of(Bytes.utf8("value-299")), server.get(KEY));
    assertFalse(slow.sawOneKeyPutTwiceAtOnce());
  }

  @Test
  void aFileThatCannotBeTakenIsRemoved() throws Exception {
    Path file = store.newTemporaryFile();
    store.close();
    assertFails(ErrorKind.CLOSED, () -> store.adopt(KEY, file));
    assertFalse(java.nio.file.Files.exists(file));
  }

  private static void assertFails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
