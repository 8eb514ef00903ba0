package io.dinofs.cache;

import io.dinofs.model.DinofsException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStoreContract;
import io.dinofs.store.memory.MemoryVersionedStore;

class CachingVersionedStoreContractTest extends VersionedStoreContract {
  private final MemoryVersionedStore shared = new MemoryVersionedStore();

  @Override
  protected VersionedStore open() throws DinofsException {
    return CachingVersionedStore.open(shared, Caches.settings(Caches.ROOM));
  }

  @Override
  protected VersionedStore openPeer() throws DinofsException {
    return CachingVersionedStore.open(new ControllableStore(shared), Caches.settings(Caches.ROOM));
  }
}
