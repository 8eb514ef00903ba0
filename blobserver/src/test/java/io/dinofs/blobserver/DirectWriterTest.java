package io.dinofs.blobserver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written past the page cache is what was given, whatever its length and its pieces. */
final class DirectWriterTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 1 << 20, (1 << 20) + 1, 3_000_000})
  void aFileHasTheBytesOfAllPieces(int length) throws Exception {
    try (DiskStore store = DiskStore.open(directory, Durability.PROCESS_CRASH_ONLY)) {
      DirectBuffers buffers = DirectBuffers.of(store);
      Random random = new Random(length);
      byte[] expected = new byte[length];
      random.nextBytes(expected);
      Path file = store.newTemporaryFile();
      ByteBuffer buffer = take(buffers);
      DirectWriter writer = new DirectWriter(file, buffer, buffers);
      for (int at = 0; at < length; ) {
        int piece = Math.min(length - at, 1 + random.nextInt(300_000));
        writer.write(ByteBuffer.wrap(expected, at, piece));
        at += piece;
      }
      writer.finish();
      writer.close();
      assertArrayEquals(expected, Files.readAllBytes(file));
    }
  }

  @Test
  void whoFindsNoBufferWritesThroughThePageCacheUntilOneComesBack() throws Exception {
    try (DiskStore store = DiskStore.open(directory, Durability.PROCESS_CRASH_ONLY)) {
      Blobs blobs = new Blobs(store);
      assertInstanceOf(PageCacheWriter.class, open(blobs, store, false));
      Deque<DraftWriter> writers = new ArrayDeque<>();
      DraftWriter newest = open(blobs, store, true);
      assumeTrue(newest instanceof DirectWriter, "no direct access to " + directory);
      while (newest instanceof DirectWriter) {
        writers.add(newest);
        newest = open(blobs, store, true);
      }
      newest.close();
      writers.peek().close();
      writers.peek().close(); // gives its buffer back once
      writers.add(assertInstanceOf(DirectWriter.class, open(blobs, store, true)));
      newest = open(blobs, store, true);
      assertEquals(PageCacheWriter.class, newest.getClass());
      newest.close();
      for (DraftWriter writer : writers) {
        writer.close();
      }
    }
  }

  private static DraftWriter open(Blobs blobs, DiskStore store, boolean large) throws Exception {
    return blobs.newWriter(store.newTemporaryFile(), large);
  }

  private ByteBuffer take(DirectBuffers buffers) {
    var buffer = buffers.take();
    assumeTrue(buffer.isPresent(), "no direct access to " + directory);
    return buffer.get();
  }
}
