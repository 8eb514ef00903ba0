package io.dinofs.store.memory;

import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;

final class MemoryStoreTest extends StoreContract {
  @Override
  protected Store open() {
    return new MemoryStore();
  }
}
