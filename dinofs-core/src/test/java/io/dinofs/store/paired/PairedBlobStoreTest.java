package io.dinofs.store.paired;

import io.dinofs.store.BlobStore;
import io.dinofs.store.BlobStoreContract;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class PairedBlobStoreTest extends BlobStoreContract {
  @TempDir private Path directory;

  @Override
  protected BlobStore open() throws Exception {
    DiskStore fast = DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY);
    JournalPendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
    return new ContentAddressedFileStore(
        new PairedFileStore(fast, new MemoryStore(), pending, PairedOptions.DEFAULT));
  }

  @Override
  protected Optional<BlobStore> reopen() throws Exception {
    return Optional.of(open());
  }
}
