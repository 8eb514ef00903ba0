package io.dinofs.cache;

import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStoreContract;
import io.dinofs.store.memory.MemoryVersionedStore;
import org.junit.jupiter.api.AfterEach;

/** As a client is put together: a cache over a connection to a server. */
class CachedRemoteVersionedStoreTest extends VersionedStoreContract {
  private final LocalServer server = new LocalServer(new MemoryVersionedStore());

  @Override
  protected VersionedStore open() throws Exception {
    return CachingVersionedStore.open(server.connect(), Caches.settings(Caches.ROOM));
  }

  @Override
  protected VersionedStore openPeer() throws Exception {
    return CachingVersionedStore.open(server.connect(), Caches.settings(Caches.ROOM));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
