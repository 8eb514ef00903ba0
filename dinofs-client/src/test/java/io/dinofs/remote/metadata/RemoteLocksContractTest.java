package io.dinofs.remote.metadata;

import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService;
import io.dinofs.store.LockServiceContract;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Locks keep their contract with a server in between. */
final class RemoteLocksContractTest extends LockServiceContract {
  private final List<RemoteVersionedStore> nodes = new ArrayList<>();
  private MetadataServer server;

  @Override
  protected LockService open(NodeId node) throws Exception {
    if (server == null) {
      server =
          new MetadataServer(
              new MemoryVersionedStore(),
              StrictNodes.FORGETFUL,
              StrictNodes.FORGETFUL,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              Duration.ofSeconds(10),
              ServerLimits.DEFAULT);
    }
    RemoteVersionedStore store =
        RemoteVersionedStore.connect(
            RemoteSettings.of("127.0.0.1", server.address().getPort(), node));
    nodes.add(store);
    return store.locks();
  }

  @AfterEach
  void close() {
    nodes.forEach(RemoteVersionedStore::close);
    server.close();
  }
}
