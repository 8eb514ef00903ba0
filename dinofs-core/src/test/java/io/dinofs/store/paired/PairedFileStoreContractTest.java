package io.dinofs.store.paired;

import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class PairedFileStoreContractTest extends StoreContract {
  @TempDir private Path directory;

  @Override
  protected Store open() throws Exception {
    DiskStore fast = DiskStore.open(directory.resolve("cache"), Durability.PROCESS_CRASH_ONLY);
    JournalPendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
    return new PairedFileStore(fast, new MemoryStore(), pending, PairedOptions.DEFAULT);
  }

  @Override
  protected Optional<Store> reopen() throws Exception {
    return Optional.of(open());
  }
}
