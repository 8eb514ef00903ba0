package io.dinofs.cache;

import io.dinofs.access.Gate;
import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.NodeId;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.GroupCommitStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A metadata server in this process. */
final class LocalServer implements AutoCloseable {
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final MetadataServer server;

  LocalServer(GroupCommitStore volume) {
    this(volume, ServerLimits.DEFAULT, ServerMetrics.unread());
  }

  LocalServer(GroupCommitStore volume, ServerLimits limits, ServerMetrics metrics) {
    try {
      server =
          new MetadataServer(
              volume,
              StrictNodes.FORGETFUL,
              StrictNodes.FORGETFUL,
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              LEASE,
              limits,
              Optional.empty(),
              Gate.open(),
              metrics);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A new node. */
  RemoteVersionedStore connect() throws Exception {
    return connectThrough(port());
  }

  /** A new node behind a relay. */
  RemoteVersionedStore connectThrough(int relayPort) throws Exception {
    return RemoteVersionedStore.connect(RemoteSettings.of("127.0.0.1", relayPort, NodeId.random()));
  }

  int port() {
    return server.address().getPort();
  }

  @Override
  public void close() {
    server.close();
  }
}
