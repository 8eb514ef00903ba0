package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that are told of every commit. Pushes are made by one thread at a time, the
 * writer.
 */
final class Subscriptions {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private final ByteBufAllocator allocator;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  Subscriptions(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** Adds a connection, in place of an older one of the same node, which is cut off. */
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

  /** Sends a commit to all; {@link #flush} sets it in motion. It is encoded once. */
  void push(NodeId committer, CommittedChange change) {
    if (connections.isEmpty()) {
      return;
    }
    ByteBuf frame;
    try {
      frame = Frames.encode(new Message.Push(committer, change), allocator);
    } catch (DinofsException e) {
      log.error(
          "commit {} does not fit a push, all nodes start anew: {}",
          change.number(),
          e.getMessage());
      reset(change.number());
      return;
    }
    for (Connection connection : connections) {
      connection.send(frame.retainedDuplicate());
    }
    frame.release();
  }

  private void reset(CommitNumber at) {
    for (Connection connection : connections) {
      connection.send(new Message.Reset(Message.NO_TAG, at));
    }
  }

  void flush() {
    connections.forEach(Connection::flush);
  }
}
