package io.dinofs.vfs.content;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Manifest;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.BlobStore;
import io.dinofs.store.ControlledStore;
import io.dinofs.store.blob.ContentAddressedStore;
import io.dinofs.store.memory.MemoryStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of a large file is fetched for which reads. */
class ContentReaderTest {
  private static final int CHUNKS = 40;
  private static final int CHUNK = Manifest.CHUNK_BYTES;

  private final ControlledStore store = new ControlledStore(new MemoryStore());
  private final ContentAddressedStore blobs = new ContentAddressedStore(store);
  private final BlobPrefetcher prefetcher = new BlobPrefetcher(blobs);
  private final ContentReader reader =
      new ContentReader(
          ContentStorage.of(
              new ReadBlobs(blobs), Optional.empty(), new SpoolBudget(0), prefetcher));
  private Content content;

  @BeforeEach
  void makeALargeFile() throws DinofsException {
    TreeMap<Long, BlobKey> chunks = new TreeMap<>();
    for (int i = 0; i < CHUNKS; i++) {
      chunks.put((long) i, blobs.put(ByteBuffer.wrap(chunk(i))));
    }
    content = new Content.Chunked(blobs.put(Manifest.of(chunks).encode().asBuffer()));
  }

  @AfterEach
  void close() {
    reader.close();
    prefetcher.close();
  }

  @Test
  void aRandomReadFetchesItsChunkAndNothingElse() throws DinofsException {
    int[] order = new Random(7).ints(0, CHUNKS).distinct().limit(20).toArray();
    for (int i = 0; i < order.length; i++) {
      ByteBuffer target = ByteBuffer.allocate(4096);
      reader.read(content, target, (long) order[i] * CHUNK + 8192);
      assertEquals(ByteBuffer.wrap(chunk(order[i]), 8192, 4096), target.flip());
      assertEquals(1 + i + 1, store.gets().size(), "the manifest and a chunk for each read");
    }
  }

  @Test
  void aSequentialReadFetchesAheadOfItself() throws DinofsException {
    for (long at = 0; at < 4L * CHUNK; at += CHUNK / 8) {
      reader.read(content, ByteBuffer.allocate(CHUNK / 8), at);
    }
    await().until(() -> new HashSet<>(store.gets()).size() > 1 + 4 + 2);
    assertTrue(store.gets().size() <= 1 + 2 * (4 + ReadAhead.MAX_CHUNKS));
  }

  /** A store of which only blobs are read. */
  private record ReadBlobs(BlobStore blobs) implements BlobFileStore {
    @Override
    public BlobKey put(ByteBuffer value) throws DinofsException {
      return blobs.put(value);
    }

    @Override
    public Bytes get(BlobKey key) throws DinofsException {
      return blobs.get(key);
    }

    @Override
    public Blob open(BlobKey key) throws DinofsException {
      return blobs.open(key);
    }

    @Override
    public BlobKey adopt(Path file) {
      throw new AssertionError("nothing is written");
    }

    @Override
    public void adopt(Path file, BlobKey key) {
      throw new AssertionError("nothing is written");
    }

    @Override
    public Path newTemporaryFile() {
      throw new AssertionError("nothing is written");
    }

    @Override
    public void close() throws DinofsException {
      blobs.close();
    }
  }

  private static byte[] chunk(int number) {
    byte[] bytes = new byte[CHUNK];
    new Random(number).nextBytes(bytes);
    return bytes;
  }
}
