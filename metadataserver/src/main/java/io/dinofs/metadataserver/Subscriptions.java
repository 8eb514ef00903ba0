package io.dinofs.metadataserver;

import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are told of commits, as far as these are of interest to them. Pushes are
 * made by one thread at a time, the writer.
 */
final class Subscriptions {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final ByteBufAllocator allocator;
  private final ServerMetrics metrics;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  Subscriptions(ByteBufAllocator allocator, ServerMetrics metrics) {
    this.allocator = allocator;
    this.metrics = metrics;
  }

  /**
   * Adds a connection whose feed has begun, in place of an older one of the same node, which is cut
   * off.
   */
  void add(Connection connection) {
    for (Connection other : List.copyOf(connections)) {
      if (other != connection && other.node().equals(connection.node())) {
        connections.remove(other);
        other.cutOff("the node has connected anew");
      }
    }
    connections.add(connection);
    if (!connection.isOpen()) {
      connections.remove(connection);
    }
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  /** Whether some connection of the node is told of commits. */
  boolean has(NodeId node) {
    return connections.stream().anyMatch(connection -> connection.node().equals(node));
  }

  /** The nodes that are told of commits. */
  Set<NodeId> nodes() {
    Set<NodeId> nodes = new HashSet<>();
    connections.forEach(connection -> nodes.add(connection.node()));
    return nodes;
  }

  /**
   * Sends a commit to all that it is of interest to; {@link #flush} sets it in motion. It is
   * encoded once.
   *
   * @return the nodes that it is of no interest to
   */
  Set<NodeId> push(NodeId committer, CommittedChange change) {
    if (connections.isEmpty()) {
      return Set.of();
    }
    ByteBuf frame;
    try {
      frame = Frames.encode(new Message.Push(committer, change), allocator);
    } catch (DinofsException e) {
      log.error(
          "commit {} does not fit a push, all nodes start anew: {}",
          change.number(),
          e.getMessage());
      connections.forEach(connection -> connection.feed().reset(change.number()));
      return Set.of();
    }
    Set<NodeId> spared = new HashSet<>();
    int pushes = 0;
    for (Connection connection : connections) {
      if (connection.feed().push(change, frame)) {
        pushes++;
      } else {
        spared.add(connection.node());
      }
    }
    frame.release();
    metrics.pushed(pushes);
    return spared;
  }

  /** All that was pushed can be taken for told. */
  void newestChanged() {
    connections.forEach(connection -> connection.feed().newestChanged());
  }

  void flush() {
    connections.forEach(Connection::flush);
  }
}
