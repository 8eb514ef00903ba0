package io.dinofs.cache;

import io.dinofs.store.VersionedStore;
import org.junit.jupiter.api.AfterEach;

/** Over the real protocol, with strict nodes. */
class RemoteCoherenceModelTest extends CoherenceModel {
  private final LocalServer server = new LocalServer(shared);

  @Override
  protected VersionedStore openNode(long cacheBytes) throws Exception {
    return CachingVersionedStore.open(server.connect(), Caches.settings(cacheBytes));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
