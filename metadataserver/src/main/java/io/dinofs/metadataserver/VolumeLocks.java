package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.LockOwner;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService.Answer;
import io.dinofs.store.lock.LockLimits;
import io.dinofs.store.lock.LockTable;
import io.dinofs.wire.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks of all nodes, in memory.
 *
 * <p>A node keeps its locks while it is heard of at least once a lease, over whichever connection.
 * Over a new one it first says what it holds. Which nodes have locks is remembered over a restart
 * of the server: until they have come back, for a lease at most, nothing is granted but what they
 * say that they hold; who asks for something else waits.
 *
 * <p>Messages of one node over a connection that is not its newest are left unanswered: the node
 * has given that connection up, and asks again over the other.
 *
 * <p>Safe for any number of threads. Answers are put on the connections under the lock, in the
 * order of what they tell, and set in motion outside of it.
 */
final class VolumeLocks {
  private static final Logger log = LoggerFactory.getLogger(VolumeLocks.class);
  private static final int MAX_DEFERRED = 16_384;

  private final StrictNodes memory;
  private final Supplier<CommitNumber> newest;
  private final LongSupplier nanoClock;
  private final long leaseNanos;
  private final long startNanos;

  /** Guarded by this. */
  private final LockTable table;

  /** Guarded by this. */
  private final Map<NodeId, LockSession> sessions = new HashMap<>();

  /** The nodes that had locks before the server was restarted and are not back; guarded by this. */
  private final Set<NodeId> returning;

  /** What came while nodes are awaited; guarded by this. */
  private final Queue<Deferred> deferred = new ArrayDeque<>();

  /** Connections that were sent something; guarded by this. */
  private Set<Connection> toFlush = new HashSet<>();

  /**
   * @param memory holds the nodes that have locks
   * @param newest the newest commit whose push was sent
   * @param nanoClock as {@link System#nanoTime}
   * @throws DinofsException what {@code memory} throws
   */
  VolumeLocks(
      StrictNodes memory,
      LockLimits limits,
      Supplier<CommitNumber> newest,
      LongSupplier nanoClock,
      Duration lease)
      throws DinofsException {
    this.memory = memory;
    this.newest = newest;
    this.nanoClock = nanoClock;
    this.leaseNanos = lease.toNanos();
    this.startNanos = nanoClock.getAsLong();
    this.table = new LockTable(limits);
    this.returning = new HashSet<>(memory.remembered());
  }

  private record Deferred(Connection connection, Message.FromClient request) {}

  /** Whether {@link #serve} is for {@code message}. */
  static boolean isForLocks(Message message) {
    return message instanceof Message.Lock
        || message instanceof Message.Unlock
        || message instanceof Message.TestLock
        || message instanceof Message.CancelLock
        || message instanceof Message.Reassert;
  }

  /**
   * Handles what a node says about locks.
   *
   * @throws DinofsException PROTOCOL if it speaks for another node
   */
  void serve(Connection connection, Message.FromClient message) throws DinofsException {
    requireOwnLocks(connection.node(), message);
    flushAfter(
        () -> {
          if (connection.isCutOff()) {
            return;
          }
          if (message instanceof Message.Reassert reassert) {
            reassert(connection, reassert);
          } else if (message instanceof Message.CancelLock cancel) {
            cancel(connection, cancel.lockTag());
          } else if (returning.isEmpty()) {
            handle(connection, message);
          } else if (deferred.size() < MAX_DEFERRED) {
            deferred.add(new Deferred(connection, message));
          } else {
            refuse(connection, message.tag(), tooManyDeferred());
          }
        });
  }

  private static void requireOwnLocks(NodeId node, Message.FromClient message)
      throws DinofsException {
    List<LockOwner> owners = new ArrayList<>();
    if (message instanceof Message.Lock lock) {
      owners.add(lock.wanted().owner());
    } else if (message instanceof Message.Unlock unlock) {
      owners.add(unlock.place().owner());
    } else if (message instanceof Message.TestLock test) {
      owners.add(test.wanted().owner());
    } else if (message instanceof Message.Reassert reassert) {
      reassert.held().forEach(lock -> owners.add(lock.owner()));
    }
    if (!owners.stream().allMatch(owner -> owner.node().equals(node))) {
      throw new DinofsException(ErrorKind.PROTOCOL, "a lock for another node");
    }
  }

  private static DinofsException tooManyDeferred() {
    return new DinofsException(
        ErrorKind.TOO_MANY_LOCKS, "too many ask for locks while others reclaim theirs");
  }

  private void flushAfter(Runnable action) {
    Set<Connection> written;
    synchronized (this) {
      action.run();
      if (toFlush.isEmpty()) {
        return;
      }
      written = toFlush;
      toFlush = new HashSet<>();
    }
    written.forEach(Connection::flush);
  }

  // Called under the lock from here.

  private void send(Connection connection, Message.FromServer answer) {
    connection.send(answer);
    toFlush.add(connection);
  }

  private void refuse(Connection connection, long tag, DinofsException reason) {
    send(connection, new Message.Failure(tag, reason.kind(), reason.getMessage()));
  }

  private void done(Connection connection, long tag) {
    send(connection, new Message.LockDone(tag, newest.get()));
  }

  private void handle(Connection connection, Message.FromClient message) {
    try {
      if (message instanceof Message.TestLock test) {
        send(connection, new Message.LockTested(test.tag(), table.test(test.wanted())));
      } else if (message instanceof Message.Unlock unlock) {
        if (isSpeaker(connection)) {
          table.release(unlock.place());
        }
        done(connection, unlock.tag());
      } else if (message instanceof Message.Lock lock) {
        lock(connection, lock);
      }
    } catch (DinofsException e) {
      refuse(connection, message.tag(), e);
    }
  }

  private boolean isSpeaker(Connection connection) {
    LockSession session = sessions.get(connection.node());
    return session != null && session.connection() == connection;
  }

  private void lock(Connection connection, Message.Lock lock) throws DinofsException {
    NodeId node = connection.node();
    if (!sessions.containsKey(node)) {
      begin(connection);
    }
    if (!isSpeaker(connection)) {
      return;
    }
    if (lock.mayWait()) {
      LockSession session = sessions.get(node);
      table
          .acquire(lock.wanted(), new Reply(session, lock.tag()))
          .ifPresent(waiter -> session.waiting().put(lock.tag(), waiter));
    } else {
      table.tryAcquire(lock.wanted());
      done(connection, lock.tag());
    }
  }

  private void begin(Connection connection) throws DinofsException {
    Set<NodeId> nodes = remembered();
    nodes.add(connection.node());
    memory.remember(nodes);
    sessions.put(connection.node(), new LockSession(connection));
  }

  /** Answers a LOCK that may have waited. */
  private final class Reply implements Answer {
    private final LockSession session;
    private final long tag;

    Reply(LockSession session, long tag) {
      this.session = session;
      this.tag = tag;
    }

    @Override
    public void granted() {
      session.waiting().remove(tag);
      done(session.connection(), tag);
    }

    @Override
    public void refused(DinofsException reason) {
      session.waiting().remove(tag);
      refuse(session.connection(), tag, reason);
    }
  }

  private void cancel(Connection connection, long tag) {
    if (deferred.removeIf(it -> it.connection() == connection && it.request().tag() == tag)) {
      refuse(
          connection,
          tag,
          new DinofsException(ErrorKind.INTERRUPTED, "the wait for a lock was interrupted"));
    } else if (isSpeaker(connection)) {
      LockTable.Waiter waiter = sessions.get(connection.node()).waiting().get(tag);
      if (waiter != null) {
        table.cancel(waiter);
      }
    }
  }

  private void reassert(Connection connection, Message.Reassert reassert) {
    NodeId node = connection.node();
    boolean returns = returning.remove(node);
    boolean kept = reassert.held().isEmpty();
    if (sessions.containsKey(node)) {
      sessions.get(node).moveTo(connection);
      kept = table.replace(node, reassert.held());
    } else if (returns) {
      sessions.put(node, new LockSession(connection));
      kept = table.replace(node, reassert.held());
    }
    if (!kept) {
      log.warn("node {} comes back too late for its {} locks", node, reassert.held().size());
    }
    send(connection, new Message.Reasserted(reassert.tag(), kept));
    if (returns && returning.isEmpty()) {
      serveDeferred();
    }
  }

  private void serveDeferred() {
    for (Deferred next = deferred.poll(); next != null; next = deferred.poll()) {
      if (next.connection().isOpen() && !next.connection().isCutOff()) {
        handle(next.connection(), next.request());
      }
    }
  }

  // Called without the lock from here.

  /** The connection is gone; the node keeps its locks for its lease, but waits for none. */
  void closed(Connection connection) {
    flushAfter(
        () -> {
          deferred.removeIf(it -> it.connection() == connection);
          if (isSpeaker(connection)) {
            NodeId node = connection.node();
            sessions.get(node).waiting().clear();
            table.forgetWaiting(node);
            if (table.count(node) == 0) {
              end(node);
            }
          }
        });
  }

  /** The node leaves, and with it its locks. */
  void left(Connection connection) {
    flushAfter(
        () -> {
          if (isSpeaker(connection)) {
            end(connection.node());
          }
        });
  }

  /** Drops the locks of nodes that were not heard of for a lease. */
  void expire() {
    flushAfter(
        () -> {
          long now = nanoClock.getAsLong();
          List<NodeId> gone = new ArrayList<>();
          sessions.forEach(
              (node, session) -> {
                if (now - session.connection().heardNanos() > leaseNanos) {
                  gone.add(node);
                }
              });
          for (NodeId node : gone) {
            int held = table.count(node);
            // What still comes over it must not begin anew, as if nothing were lost.
            sessions.get(node).connection().abandon();
            end(node);
            if (held > 0) {
              log.warn("node {} was not heard of for its lease and has lost {} locks", node, held);
            }
          }
          if (!returning.isEmpty() && now - startNanos > leaseNanos) {
            log.warn("nodes {} have not come back for their locks", returning);
            returning.clear();
            forget();
            serveDeferred();
          }
        });
  }

  private void end(NodeId node) {
    sessions.remove(node);
    table.leave(node);
    forget();
  }

  private void forget() {
    try {
      memory.remember(remembered());
    } catch (DinofsException e) {
      // One node too many is remembered: after a restart its locks are kept for a lease.
      log.warn("can't write down which nodes have locks: {}", e.getMessage());
    }
  }

  private Set<NodeId> remembered() {
    Set<NodeId> nodes = new HashSet<>(sessions.keySet());
    nodes.addAll(returning);
    return nodes;
  }
}
