package io.dinofs.remote.metadata;

import io.dinofs.access.Access;
import io.dinofs.model.NodeId;
import io.dinofs.model.VolumeId;
import io.dinofs.wire.Consistency;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach a metadata server, and as whom.
 *
 * @param host a name or an address; it is looked up anew for every connection
 * @param node names this node; its commits carry the same
 * @param volume the volume that the server must have; empty for any
 * @param timeout the longest that a call waits for its answer
 * @param access how the server is known, and the node to it
 */
public record RemoteSettings(
    String host,
    int port,
    NodeId node,
    Consistency consistency,
    Optional<VolumeId> volume,
    Duration timeout,
    Access access) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** With neither TLS nor a token. */
  public RemoteSettings(
      String host,
      int port,
      NodeId node,
      Consistency consistency,
      Optional<VolumeId> volume,
      Duration timeout) {
    this(host, port, node, consistency, volume, timeout, Access.NONE);
  }

  /** A strict node with the default timeout that takes any volume. */
  public static RemoteSettings of(String host, int port, NodeId node) {
    return new RemoteSettings(
        host, port, node, Consistency.STRICT, Optional.empty(), DEFAULT_TIMEOUT);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
