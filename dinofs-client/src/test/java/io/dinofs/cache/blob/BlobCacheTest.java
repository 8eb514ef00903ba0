package io.dinofs.cache.blob;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.Key;
import io.dinofs.store.memory.MemoryStore;
import io.dinofs.store.paired.PairedOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {
  private static final int BLOB_BYTES = 64 << 10;
  private static final PairedOptions OPTIONS =
      PairedOptions.DEFAULT
          .withCloseLimit(Duration.ofMillis(100))
          .withRetries(Duration.ofMillis(1), Duration.ofMillis(10));

  @TempDir Path directory;
  private final MemoryStore server = new MemoryStore();
  private final ControlledStore connection = new ControlledStore(server);

  @Test
  void whatIsUploadedGoesWhenThereIsTooMuchAndIsFetchedAgain() throws DinofsException {
    try (BlobCache cache = open(8 * BLOB_BYTES)) {
      List<BlobKey> keys = putBlobs(cache, 40);
      await().until(() -> cache.pendingCount() == 0);
      await().until(() -> localBytes() <= 8 * BLOB_BYTES);
      for (int i = 0; i < keys.size(); i++) {
        assertEquals(ByteBuffer.wrap(blob(i)), cache.get(keys.get(i)).asBuffer());
      }
    }
  }

  @Test
  void whatWasUsedLongestAgoGoesFirstAlsoIfAnEarlierProcessLeftIt()
      throws DinofsException, IOException {
    List<BlobKey> keys;
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      keys = putBlobs(cache, 10);
      await().until(() -> cache.pendingCount() == 0);
    }
    for (int i = 0; i < 10; i++) {
      // The sixth is the oldest, then come the seventh, ..., the tenth, the first, ...
      Instant used = Instant.now().minus(Duration.ofHours(20 - (i + 5) % 10));
      Files.setLastModifiedTime(localFile(keys.get(i)), FileTime.from(used));
    }
    try (BlobCache cache = open(6 * BLOB_BYTES)) {
      await().until(() -> localBytes() <= 6 * BLOB_BYTES);
      assertEquals(0, cache.pendingCount());
      for (int i = 0; i < 5; i++) {
        assertTrue(Files.exists(localFile(keys.get(i))), "blob " + i);
      }
    }
  }

  @Test
  void whatIsPendingStaysHoweverMuchItIs() throws DinofsException {
    connection.failNextPuts(Integer.MAX_VALUE);
    try (BlobCache cache = open(BLOB_BYTES)) {
      List<BlobKey> keys = putBlobs(cache, 10);
      for (int i = 0; i < keys.size(); i++) {
        assertEquals(ByteBuffer.wrap(blob(i)), cache.get(keys.get(i)).asBuffer());
      }
      assertEquals(10, cache.pendingCount());
      connection.failNextPuts(0);
      await().until(() -> localBytes() <= BLOB_BYTES);
      assertEquals(0, cache.pendingCount());
    }
  }

  @Test
  void whatIsPendingAtTheEndIsUploadedAtTheNextStart() throws DinofsException {
    connection.failNextPuts(Integer.MAX_VALUE);
    List<BlobKey> keys;
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      keys = putBlobs(cache, 3);
    }
    connection.failNextPuts(0);
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      cache.awaitPropagated(keys.stream().map(Key::ofBlob).toList(), Duration.ofSeconds(20));
      for (BlobKey key : keys) {
        assertTrue(server.get(Key.ofBlob(key)).isPresent());
      }
    }
  }

  @Test
  void aDamagedLocalFileIsFetchedAgain() throws DinofsException, IOException {
    BlobKey key;
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      key = cache.put(ByteBuffer.wrap(blob(1)));
      await().until(() -> cache.pendingCount() == 0);
    }
    Files.write(localFile(key), new byte[BLOB_BYTES]);
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      assertEquals(ByteBuffer.wrap(blob(1)), cache.get(key).asBuffer());
    }
  }

  @Test
  void aBlobThatIsDamagedOnTheServerIsNotKeptAndTheServerIsNamed() throws DinofsException {
    BlobKey key = BlobKey.of(ByteBuffer.wrap(blob(1)));
    server.put(Key.ofBlob(key), Bytes.wrap(blob(2)));
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      for (int i = 0; i < 2; i++) {
        DinofsException failure = assertThrows(DinofsException.class, () -> cache.open(key));
        assertEquals(ErrorKind.CORRUPT, failure.kind());
        assertTrue(failure.getMessage().contains("the test's server"), failure::getMessage);
        assertTrue(failure.getMessage().contains(key.toHex()), failure::getMessage);
      }
      server.put(Key.ofBlob(key), Bytes.wrap(blob(1)));
      assertEquals(ByteBuffer.wrap(blob(1)), cache.get(key).asBuffer());
    }
  }

  @Test
  void readersOfOneBlobFetchItOnce() throws Exception {
    BlobKey key = BlobKey.of(ByteBuffer.wrap(blob(1)));
    server.put(Key.ofBlob(key), Bytes.wrap(blob(1)));
    ExecutorService readers = Executors.newFixedThreadPool(8);
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      connection.hold();
      List<Future<Bytes>> reads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        reads.add(readers.submit(() -> cache.get(key)));
      }
      await().until(() -> !connection.gets().isEmpty());
      connection.release();
      for (Future<Bytes> read : reads) {
        assertEquals(Bytes.wrap(blob(1)), read.get(20, TimeUnit.SECONDS));
      }
      assertEquals(1, connection.gets().size());
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void aBlobThatNobodyHasIsNotFound() throws DinofsException {
    try (BlobCache cache = open(Long.MAX_VALUE)) {
      BlobKey unknown = BlobKey.of(ByteBuffer.wrap(blob(5)));
      assertEquals(
          ErrorKind.NOT_FOUND,
          assertThrows(DinofsException.class, () -> cache.open(unknown)).kind());
    }
  }

  @Test
  void aSecondProcessIsRefused() throws DinofsException {
    BlobCache first = open(Long.MAX_VALUE);
    try {
      assertEquals(
          ErrorKind.BUSY,
          assertThrows(DinofsException.class, () -> open(Long.MAX_VALUE).close()).kind());
    } finally {
      first.close();
    }
  }

  private BlobCache open(long maxBytes) throws DinofsException {
    return BlobCache.open(
        directory,
        new BlobCache.BlobServer("the test's server", connection),
        CacheLimit.of(maxBytes),
        OPTIONS);
  }

  private static List<BlobKey> putBlobs(BlobCache cache, int count) throws DinofsException {
    List<BlobKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(cache.put(ByteBuffer.wrap(blob(i))));
    }
    return keys;
  }

  private static byte[] blob(int seed) {
    byte[] bytes = new byte[BLOB_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private long localBytes() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("blobs/data"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private Path localFile(BlobKey key) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("blobs/data"))) {
      return files.filter(file -> file.endsWith(key.toHex())).findFirst().orElseThrow();
    }
  }
}
