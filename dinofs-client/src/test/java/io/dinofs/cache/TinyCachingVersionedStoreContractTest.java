package io.dinofs.cache;

import io.dinofs.model.DinofsException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStoreContract;
import io.dinofs.store.memory.MemoryVersionedStore;

/** A cache that evicts all the time. */
class TinyCachingVersionedStoreContractTest extends VersionedStoreContract {
  private static final long FEW_RECORDS_BYTES = 3000;

  private final MemoryVersionedStore shared = new MemoryVersionedStore();

  @Override
  protected VersionedStore open() throws DinofsException {
    return CachingVersionedStore.open(shared, Caches.settings(FEW_RECORDS_BYTES));
  }

  @Override
  protected VersionedStore openPeer() throws DinofsException {
    return CachingVersionedStore.open(
        new ControllableStore(shared), Caches.settings(FEW_RECORDS_BYTES));
  }
}
