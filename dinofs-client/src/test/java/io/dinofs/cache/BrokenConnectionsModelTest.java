package io.dinofs.cache;

import io.dinofs.store.VersionedStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * Over the real protocol, with connections that break: a node that has missed pushes knows it, and
 * goes on from where it was.
 */
class BrokenConnectionsModelTest extends CoherenceModel {
  private static final int CUTS_PER_NODE = 3;

  private final LocalServer server = new LocalServer(shared);
  private final List<CuttingRelay> relays = new ArrayList<>();

  @Override
  protected VersionedStore openNode(long cacheBytes) throws Exception {
    CuttingRelay relay = new CuttingRelay(server.port());
    relays.add(relay);
    return CachingVersionedStore.open(
        server.connectThrough(relay.port()),
        new CacheSettings(cacheBytes, OfflineMode.WAIT, Caches.TIMEOUT_MILLIS));
  }

  @Override
  protected void disturb() throws Exception {
    for (int i = 0; i < CUTS_PER_NODE; i++) {
      for (CuttingRelay relay : relays) {
        awaitSomeCommits();
        relay.cut();
      }
    }
  }

  @AfterEach
  void stopServer() throws Exception {
    for (CuttingRelay relay : relays) {
      relay.close();
    }
    server.close();
  }
}
