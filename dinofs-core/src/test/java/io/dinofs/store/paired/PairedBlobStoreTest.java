package io.dinofs.store.paired;

import static org.awaitility.Awaitility.await;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import io.dinofs.store.BlobStoreContract;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PairedBlobStoreTest extends BlobStoreContract {
  @TempDir private Path directory;

  @Override
  protected BlobStore open() throws Exception {
    return new ContentAddressedFileStore(openPaired(new MemoryStore()));
  }

  private PairedFileStore openPaired(Store slow) throws DinofsException {
    DiskStore fast = DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY);
    JournalPendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
    return new PairedFileStore(fast, slow, pending, PairedOptions.DEFAULT);
  }

  @Override
  protected Optional<BlobStore> reopen() throws Exception {
    return Optional.of(open());
  }

  @Test
  void aBlobThatComesBackWithOtherContentsAfterItsEvictionIsRefused() throws Exception {
    store.close();
    MemoryStore server = new MemoryStore();
    PairedFileStore paired = openPaired(server);
    ContentAddressedFileStore blobs = new ContentAddressedFileStore(paired);
    store = blobs;
    BlobKey key = put("abc");
    Key below = Key.ofBlob(key);
    store.open(key).close();
    paired.awaitPropagated(List.of(below), Duration.ofSeconds(20));
    await().until(() -> paired.evict(below));
    blobs.forget(key);
    server.put(below, Bytes.utf8("abd"));
    assertFails(ErrorKind.CORRUPT, () -> store.open(key));
  }
}
