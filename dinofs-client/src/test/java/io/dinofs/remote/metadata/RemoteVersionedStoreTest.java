package io.dinofs.remote.metadata;

import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.NodeId;
import io.dinofs.store.ScannableStoreContract;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The remote store keeps the contract of every versioned store, with a server in between. */
final class RemoteVersionedStoreTest extends ScannableStoreContract {
  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private final NodeId node = NodeId.random();
  private MetadataServer server;

  @Override
  protected VersionedStore open() throws Exception {
    server =
        new MetadataServer(
            volume,
            StrictNodes.FORGETFUL,
            StrictNodes.FORGETFUL,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Duration.ofSeconds(5),
            ServerLimits.DEFAULT);
    return connect(node);
  }

  @Override
  protected NodeId node() {
    return node;
  }

  @Override
  protected VersionedStore openPeer() throws Exception {
    return connect(NodeId.random());
  }

  @Override
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.of(connect(node));
  }

  private VersionedStore connect(NodeId as) throws Exception {
    return RemoteVersionedStore.connect(
        RemoteSettings.of("127.0.0.1", server.address().getPort(), as));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }
}
