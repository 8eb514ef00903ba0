package io.dinofs.cache;

import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.store.VersionedStore;
import io.dinofs.wire.FaultyLink;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Over the real protocol, with connections that break. */
abstract class CutConnectionsModel extends CoherenceModel {
  private final LocalServer server;
  private final int cutsPerNode;
  private final List<FaultyLink> proxies = new ArrayList<>();

  CutConnectionsModel(ServerLimits limits, int cutsPerNode) {
    server = new LocalServer(shared, limits, ServerMetrics.unread());
    this.cutsPerNode = cutsPerNode;
  }

  @Override
  protected final VersionedStore openNode(long cacheBytes) throws Exception {
    FaultyLink proxy = new FaultyLink(server.port());
    proxies.add(proxy);
    return CachingVersionedStore.open(
        server.connectThrough(proxy.port()),
        new CacheSettings(cacheBytes, OfflineMode.WAIT, Caches.TIMEOUT_MILLIS));
  }

  @Override
  protected final void disturb() throws Exception {
    for (int i = 0; i < cutsPerNode; i++) {
      for (FaultyLink proxy : proxies) {
        awaitSomeCommits();
        proxy.cut();
      }
    }
  }

  @AfterEach
  final void stopServer() throws Exception {
    for (FaultyLink proxy : proxies) {
      proxy.close();
    }
    server.close();
  }
}
