package io.dinofs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What {@link Store} promises, and its abilities: a test of an ability is skipped for a store that
 * does not have it.
 */
public abstract class StoreContract {
  private static final int LIMIT_SECONDS = 20;

  /** The store under test, open and empty. */
  protected Store store;

  /** Opens an empty store. It is closed by the contract. */
  protected abstract Store open() throws Exception;

  /** Opens the store again after it has been closed; empty if it does not outlive its closing. */
  protected Optional<Store> reopen() throws Exception {
    return Optional.empty();
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() throws Exception {
    if (store != null) {
      store.close();
    }
  }

  /** A key that the store takes; a store that takes only some keys overrides this. */
  protected Key key(int number) {
    return Key.of("key-" + number);
  }

  /** A value for {@link #key}; a store that takes only some values overrides this. */
  protected Bytes value(int number) {
    return Bytes.utf8("value-" + number);
  }

  /** Whether any bytes are a key and any value can stand under it, put after put. */
  protected boolean takesAnyKeyAndValue() {
    return true;
  }

  /** Whether a value can be read while it is replaced; not so for a server that only tests use. */
  protected boolean replacesAtOnce() {
    return true;
  }

  @Test
  void aKeyThatWasNeverPutIsAbsent() throws Exception {
    assertEquals(Optional.empty(), store.get(key(1)));
  }

  @Test
  void whatWasPutIsThere() throws Exception {
    store.put(key(1), value(1));
    store.put(key(2), value(2));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    assertEquals(Optional.of(value(2)), store.get(key(2)));
    assertEquals(Optional.empty(), store.get(key(3)));
  }

  @Test
  void aPutReplacesWhatWasThere() throws Exception {
    Assumptions.assumeTrue(takesAnyKeyAndValue());
    store.put(key(1), value(1));
    store.put(key(1), value(2));
    assertEquals(Optional.of(value(2)), store.get(key(1)));
  }

  @Test
  void puttingTheSameTwiceIsPuttingItOnce() throws Exception {
    store.put(key(1), value(1));
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  @Test
  void aValueMayBeEmptyOrHaveManyBytes() throws Exception {
    Assumptions.assumeTrue(takesAnyKeyAndValue());
    byte[] many = new byte[3 << 20];
    new Random(1).nextBytes(many);
    store.put(key(1), Bytes.EMPTY);
    store.put(key(2), Bytes.wrap(many));
    assertEquals(Optional.of(Bytes.EMPTY), store.get(key(1)));
    assertEquals(Optional.of(Bytes.wrap(many)), store.get(key(2)));
  }

  @Test
  void aValueThatIsTooBigIsRefusedAndChangesNothing() throws Exception {
    Bytes tooBig = Bytes.wrap(new byte[Store.MAX_VALUE_BYTES + 1]);
    store.put(key(1), value(1));
    assertFails(ErrorKind.TOO_BIG, () -> store.put(key(1), tooBig));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  @Test
  void anyBytesAreAKey() throws Exception {
    Assumptions.assumeTrue(takesAnyKeyAndValue());
    List<Key> keys = strangeKeys();
    for (int i = 0; i < keys.size(); i++) {
      store.put(keys.get(i), value(i));
    }
    for (int i = 0; i < keys.size(); i++) {
      assertEquals(Optional.of(value(i)), store.get(keys.get(i)), keys.get(i).bytes().toHex());
    }
    if (store instanceof EnumeratingStore enumerating) {
      assertEquals(new HashSet<>(keys), keysOf(enumerating));
    }
  }

  private static List<Key> strangeKeys() {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      keys.add(new Key(Bytes.wrap(new byte[] {(byte) i})));
    }
    for (String text :
        List.of("..", "../x", "/etc/passwd", "a/b", "A/b", "%61", "a+", "CON", "a\u0000b", "ä")) {
      keys.add(Key.of(text));
    }
    for (int length = 235; length <= Key.MAX_BYTES; length += 23) {
      keys.add(Key.of("l".repeat(length)));
      byte[] zeros = new byte[length];
      keys.add(new Key(Bytes.copyOf(zeros)));
      Arrays.fill(zeros, (byte) 0xff);
      keys.add(new Key(Bytes.wrap(zeros)));
    }
    return keys;
  }

  @Test
  void aReaderSeesAWholeValueWhileItIsReplaced() throws Exception {
    Assumptions.assumeTrue(takesAnyKeyAndValue() && replacesAtOnce());
    byte[] bytes = new byte[200_000];
    store.put(key(1), Bytes.copyOf(bytes));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> reads =
          reader.submit(
              () -> {
                int count = 0;
                byte last = 0;
                while (!done.get() || count == 0) {
                  Bytes value = store.get(key(1)).orElseThrow();
                  assertEquals(bytes.length, value.length());
                  assertEquals(value.at(0), value.at(bytes.length - 1));
                  assertTrue(value.at(0) >= last);
                  last = value.at(0);
                  count++;
                }
                return count;
              });
      for (byte i = 1; i <= 50; i++) {
        Arrays.fill(bytes, i);
        store.put(key(1), Bytes.copyOf(bytes));
      }
      done.set(true);
      assertTrue(reads.get(LIMIT_SECONDS, TimeUnit.SECONDS) > 0);
    } finally {
      done.set(true);
      reader.shutdownNow();
    }
  }

  @Test
  void randomPutsAndGetsDoWhatAMapDoes() throws Exception {
    Assumptions.assumeTrue(takesAnyKeyAndValue());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TreeMap<Key, Bytes> model = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      Key key = key(random.nextInt(10));
      if (random.nextBoolean()) {
        byte[] bytes = new byte[random.nextInt(100)];
        random.nextBytes(bytes);
        model.put(key, Bytes.copyOf(bytes));
        store.put(key, Bytes.wrap(bytes));
      }
      assertEquals(Optional.ofNullable(model.get(key)), store.get(key), "seed " + seed);
    }
  }

  @Test
  void aClosedStoreRefusesEverything() throws Exception {
    store.close();
    store.close();
    assertFails(ErrorKind.CLOSED, () -> store.get(key(1)));
    assertFails(ErrorKind.CLOSED, () -> store.put(key(1), value(1)));
  }

  @Test
  void whatWasPutIsThereWhenTheStoreIsOpenedAgain() throws Exception {
    store.put(key(1), value(1));
    store.close();
    Optional<Store> again = reopen();
    Assumptions.assumeTrue(again.isPresent(), "the store does not outlive its closing");
    store = again.get();
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  // DeletingStore

  @Test
  void aDeletedKeyIsAbsent() throws Exception {
    DeletingStore deleting = having(DeletingStore.class);
    store.put(key(1), value(1));
    store.put(key(2), value(2));
    assertTrue(deleting.delete(key(1)));
    assertFalse(deleting.delete(key(1)));
    assertEquals(Optional.empty(), store.get(key(1)));
    assertEquals(Optional.of(value(2)), store.get(key(2)));
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), store.get(key(1)));
  }

  // EnumeratingStore

  @Test
  void everyKeyIsToldOnce() throws Exception {
    EnumeratingStore enumerating = having(EnumeratingStore.class);
    assertEquals(Set.of(), keysOf(enumerating));
    Set<Key> expected = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      store.put(key(i), value(i));
      store.put(key(i), value(i));
      expected.add(key(i));
    }
    assertEquals(expected, keysOf(enumerating));
  }

  private static Set<Key> keysOf(EnumeratingStore store) throws DinofsException {
    List<Key> keys = new ArrayList<>();
    store.forEachKey(keys::add);
    Set<Key> distinct = new HashSet<>(keys);
    assertEquals(keys.size(), distinct.size(), "a key was told twice");
    return distinct;
  }

  // Capacity

  @Test
  void aStoreKnowsItsRoom() throws Exception {
    Capacity.Room room = having(Capacity.class).room();
    assertTrue(room.freeBytes() >= 0);
    assertTrue(room.freeBytes() <= room.totalBytes());
  }

  // FileStore

  @Test
  void anAdoptedFileIsAValue() throws Exception {
    FileStore files = having(FileStore.class);
    Path file = files.newTemporaryFile();
    Files.write(file, value(1).toArray());
    files.adopt(key(1), file);
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    assertFalse(Files.exists(file));
  }

  @Test
  void temporaryFilesAreDistinctAndEmptyAndNoValues() throws Exception {
    FileStore files = having(FileStore.class);
    Path one = files.newTemporaryFile();
    Path two = files.newTemporaryFile();
    assertFalse(one.equals(two));
    assertEquals(0, Files.size(one));
    if (store instanceof EnumeratingStore enumerating) {
      assertEquals(Set.of(), keysOf(enumerating));
    }
  }

  @Test
  void anAdoptedFileThatIsTooBigIsRefusedAndRemoved() throws Exception {
    FileStore files = having(FileStore.class);
    Path file = files.newTemporaryFile();
    try (FileChannel channel = FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[1]), Store.MAX_VALUE_BYTES);
    }
    assertFails(ErrorKind.TOO_BIG, () -> files.adopt(key(1), file));
    assertFalse(Files.exists(file));
    assertEquals(Optional.empty(), store.get(key(1)));
  }

  @Test
  void anOpenedValueStaysAsItWas() throws Exception {
    FileStore files = having(FileStore.class);
    assertTrue(files.open(key(1)).isEmpty());
    store.put(key(1), value(1));
    try (FileChannel channel = files.open(key(1)).orElseThrow()) {
      if (takesAnyKeyAndValue()) {
        store.put(key(1), value(2));
      }
      if (store instanceof DeletingStore deleting) {
        deleting.delete(key(1));
      }
      ByteBuffer target = ByteBuffer.allocate((int) channel.size());
      channel.read(target, 0);
      assertEquals(value(1), Bytes.wrap(target.array()));
    }
  }

  /** The store with an ability; the test is skipped if it has not got it. */
  protected final <T> T having(Class<T> ability) {
    Assumptions.assumeTrue(ability.isInstance(store), "the store is no " + ability.getSimpleName());
    return ability.cast(store);
  }

  protected static void assertFails(ErrorKind kind, Executable call) {
    assertEquals(kind, assertThrows(DinofsException.class, call).kind());
  }
}
