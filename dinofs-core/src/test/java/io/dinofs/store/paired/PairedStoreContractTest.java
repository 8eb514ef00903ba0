package io.dinofs.store.paired;

import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import io.dinofs.store.memory.MemoryStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class PairedStoreContractTest extends StoreContract {
  @TempDir private Path directory;

  @Override
  protected Store open() throws Exception {
    JournalPendingSet pending = JournalPendingSet.open(directory.resolve("pending"));
    return new PairedStore(new MemoryStore(), new MemoryStore(), pending, PairedOptions.DEFAULT);
  }
}
