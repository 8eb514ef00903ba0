package io.dinofs.store.paired;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.Key;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class PropagationTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final PairedOptions OPTIONS =
      PairedOptions.DEFAULT
          .withRetries(Duration.ofMillis(1), Duration.ofMillis(20))
          .withCloseLimit(Duration.ofMillis(10));

  @TempDir private Path directory;

  private final MemoryStore fast = new MemoryStore();
  private final MemoryStore server = new MemoryStore();
  private final ControlledStore slow = new ControlledStore(server);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.dinofs.store.paired");
  private PendingSet pending;
  private PairedStore store;

  @BeforeEach
  void listenToTheLog() {
    logger.setLevel(Level.INFO);
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void close() throws Exception {
    logger.detachAppender(logged);
    logger.setLevel(null);
    slow.release();
    if (store != null) {
      store.close();
    }
  }

  private void open(PairedOptions options) throws DinofsException {
    pending = JournalPendingSet.open(directory.resolve("pending"));
    store = new PairedStore(new ControlledStore(fast), slow, pending, options);
  }

  private static Key key(int number) {
    return Key.of("key-" + number);
  }

  private static Bytes value(int number) {
    return Bytes.utf8("value-" + number);
  }

  private static List<Key> keys(int from, int to) {
    return IntStream.range(from, to).mapToObj(PropagationTest::key).toList();
  }

  @Test
  void whoWaitsLearnsAtOnceThatTheSlowStoreIsFullAndWhatIsPendingGoesOnWhenItIsNot()
      throws Exception {
    slow.failAsIfFull();
    slow.failNextPuts(Integer.MAX_VALUE);
    open(OPTIONS);
    store.put(key(1), value(1));
    List<Key> keys = List.of(key(1));
    DinofsException failure =
        assertThrows(DinofsException.class, () -> store.awaitPropagated(keys, LIMIT));
    assertEquals(ErrorKind.NO_SPACE, failure.kind());
    slow.failNextPuts(0);
    store.awaitPropagated(keys, LIMIT);
    assertEquals(Optional.of(value(1)), server.get(key(1)));
  }

  @Test
  void aPutReturnsBeforeItIsPropagatedAndIsReadFromTheFastStore() throws Exception {
    open(OPTIONS);
    slow.hold();
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    assertEquals(1, store.pendingCount());
    assertEquals(Optional.empty(), server.get(key(1)));
    slow.release();
    store.awaitPropagated(List.of(key(1)), LIMIT);
    assertEquals(Optional.of(value(1)), server.get(key(1)));
    await().atMost(LIMIT).until(() -> store.pendingCount() == 0);
  }

  @Test
  void aGetFillsTheFastStore() throws Exception {
    open(OPTIONS);
    server.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    assertEquals(Optional.of(value(1)), fast.get(key(1)));
    store.get(key(1));
    assertEquals(List.of(key(1)), slow.gets());
    assertEquals(0, store.pendingCount());
  }

  @Test
  void awaitingKeysThatAreThereOrWereNeverPutReturnsAtOnce() throws Exception {
    open(OPTIONS);
    server.put(key(1), value(1));
    slow.hold();
    store.awaitPropagated(List.of(key(1), key(2)), Duration.ZERO);
    store.awaitPropagated(List.of(), Duration.ZERO);
  }

  @Test
  void awaitingFailsAfterItsLimitAndTheKeyStaysPending() throws Exception {
    open(OPTIONS);
    slow.hold();
    store.put(key(1), value(1));
    assertFails(
        ErrorKind.UNAVAILABLE, () -> store.awaitPropagated(List.of(key(1)), Duration.ofMillis(5)));
    assertEquals(1, store.pendingCount());
  }

  @Test
  void severalValuesArePropagatedAtOnceButNeverOneKeyTwice() throws Exception {
    open(OPTIONS.withUploaders(4));
    slow.hold();
    for (int i = 0; i < 20; i++) {
      store.put(key(i % 5), value(i));
    }
    await().atMost(LIMIT).until(() -> slow.underWay() == 4);
    slow.release();
    store.awaitPropagated(keys(0, 5), LIMIT);
    assertEquals(4, slow.mostUnderWay());
    assertFalse(slow.sawOneKeyPutTwiceAtOnce());
    for (int i = 0; i < 5; i++) {
      assertEquals(Optional.of(value(15 + i)), server.get(key(i)));
    }
  }

  @Test
  void theOldestIsPropagatedFirstUnlessSomeoneWaits() throws Exception {
    open(OPTIONS.withUploaders(1));
    slow.hold();
    for (int i = 0; i < 6; i++) {
      store.put(key(i), value(i));
    }
    await().atMost(LIMIT).until(() -> slow.puts().size() == 1);
    assertFails(
        ErrorKind.UNAVAILABLE, () -> store.awaitPropagated(List.of(key(4)), Duration.ofMillis(1)));
    slow.release();
    store.awaitPropagated(keys(0, 6), LIMIT);
    assertEquals(List.of(key(0), key(4), key(1), key(2), key(3), key(5)), slow.puts());
  }

  @Test
  void aFailingStoreIsTriedForAsLongAsItTakesAndTheLogSaysItOnce() throws Exception {
    open(OPTIONS);
    slow.failNextPuts(30);
    for (int i = 0; i < 10; i++) {
      store.put(key(i), value(i));
    }
    store.awaitPropagated(keys(0, 10), LIMIT);
    for (int i = 0; i < 10; i++) {
      assertEquals(Optional.of(value(i)), server.get(key(i)));
    }
    assertEquals(1, logged(Level.WARN, "cannot propagate"));
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertEquals(1, logged(Level.INFO, "propagating again")));
  }

  @Test
  void aRefusedValueStaysPendingAndHindersNoOther() throws Exception {
    open(OPTIONS.withUploaders(1));
    slow.refuse(key(0));
    for (int i = 0; i < 10; i++) {
      store.put(key(i), value(i));
    }
    store.awaitPropagated(keys(1, 10), LIMIT);
    await().atMost(LIMIT).until(() -> slow.puts().stream().filter(key(0)::equals).count() > 3);
    assertEquals(1, logged(Level.WARN, "was refused"));
    assertTrue(pending.contains(key(0)));
    slow.acceptAll();
    store.awaitPropagated(List.of(key(0)), LIMIT);
    assertEquals(Optional.of(value(0)), server.get(key(0)));
  }

  @Test
  void whatIsPendingAtTheEndIsPropagatedAfterTheNextStart() throws Exception {
    open(OPTIONS);
    slow.failNextPuts(Integer.MAX_VALUE);
    for (int i = 0; i < 10; i++) {
      store.put(key(i), value(i));
    }
    store.close();
    assertEquals(1, logged(Level.WARN, "10 values are still pending"));
    slow.failNextPuts(0);
    open(OPTIONS);
    store.awaitPropagated(keys(0, 10), LIMIT);
    for (int i = 0; i < 10; i++) {
      assertEquals(Optional.of(value(i)), server.get(key(i)));
    }
  }

  @Test
  void closingPropagatesWhatItCanWithinItsLimit() throws Exception {
    open(OPTIONS.withCloseLimit(LIMIT));
    slow.failNextPuts(5);
    for (int i = 0; i < 10; i++) {
      store.put(key(i), value(i));
    }
    store.close();
    for (int i = 0; i < 10; i++) {
      assertEquals(Optional.of(value(i)), server.get(key(i)));
    }
    assertEquals(0, logged(Level.WARN, "still pending"));
  }

  @Test
  void aClosedStoreRefusesPutsAndWaits() throws Exception {
    open(OPTIONS);
    store.close();
    assertFails(ErrorKind.CLOSED, () -> store.put(key(1), value(1)));
    assertFails(ErrorKind.CLOSED, () -> store.awaitPropagated(List.of(key(1)), LIMIT));
  }

  @Test
  void inTheEndTheSlowStoreHasTheNewestValues() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    open(OPTIONS);
    Map<Key, Bytes> newest = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      Key key = key(random.nextInt(8));
      if (random.nextInt(3) > 0) {
        store.put(key, value(i));
        newest.put(key, value(i));
      }
      assertEquals(Optional.ofNullable(newest.get(key)), store.get(key), "seed " + seed);
      if (random.nextInt(20) == 0) {
        slow.failNextPuts(random.nextInt(4));
      }
    }
    store.awaitPropagated(newest.keySet(), LIMIT);
    for (Map.Entry<Key, Bytes> entry : newest.entrySet()) {
      assertEquals(Optional.of(entry.getValue()), server.get(entry.getKey()), "seed " + seed);
    }
    assertFalse(slow.sawOneKeyPutTwiceAtOnce());
    await().atMost(LIMIT).until(() -> store.pendingCount() == 0);
  }

  private long logged(Level level, String start) {
    return List.copyOf(logged.list).stream()
        .filter(event -> event.getLevel() == level && event.getFormattedMessage().contains(start))
        .count();
  }

  private static void assertFails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
