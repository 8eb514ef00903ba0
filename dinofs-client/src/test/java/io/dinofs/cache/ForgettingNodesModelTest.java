package io.dinofs.cache;

import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.store.VersionedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * Over the real protocol, with a server that asks all the time what the nodes still keep, and
 * connections that break: a node is told of everything that it keeps, although it is not told of
 * all.
 */
class ForgettingNodesModelTest extends CoherenceModel {
  private static final ServerLimits LIMITS =
      new ServerLimits(16, 1024, 16 << 20, 64 << 20, 10_000, 1, Duration.ZERO);

  private final LocalServer server = new LocalServer(shared, LIMITS, ServerMetrics.unread());
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
    for (CuttingRelay relay : relays) {
      awaitSomeCommits();
      relay.cut();
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
