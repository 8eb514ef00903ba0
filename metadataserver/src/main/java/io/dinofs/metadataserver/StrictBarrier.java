package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Holds the answers to commits until every strict node but the committer has applied them, or its
 * lease has run out.
 *
 * <p>A lease starts anew with everything that is heard of the node. The node counts its own from
 * the moment it sent what was answered, so the node's ends before the one here does. A node that
 * loses its connection keeps its lease.
 *
 * <p>All methods may be called by any thread. Answers are handed back, for the caller to run
 * outside the lock.
 */
final class StrictBarrier {
  private final LongSupplier nanoClock;
  private final long leaseNanos;
  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Map<NodeId, Node> nodes = new HashMap<>();

  /** In the order in which they came; guarded by lock. */
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  StrictBarrier(LongSupplier nanoClock, Duration lease) {
    this.nanoClock = nanoClock;
    this.leaseNanos = lease.toNanos();
  }

  private static final class Node {
    private CommitNumber applied;
    private long heardNanos;

    Node(CommitNumber applied, long heardNanos) {
      this.applied = applied;
      this.heardNanos = heardNanos;
    }
  }

  private record Held(CommitNumber number, NodeId committer, long sinceNanos, Runnable answer) {}

  /**
   * What a look at the clock has brought.
   *
   * @param gone nodes whose lease has run out; nobody waits for them any more
   * @param lagging nodes that live, but have not applied a commit for longer than a lease
   * @param answers that are held no longer
   */
  record Expiry(Set<NodeId> gone, Set<NodeId> lagging, List<Runnable> answers) {}

  /**
   * From now on commits wait for {@code node}, which has applied all up to {@code applied}. Returns
   * the answers that are held no longer: a node that comes back may have applied what it could not
   * say any more.
   */
  List<Runnable> join(NodeId node, CommitNumber applied) {
    synchronized (lock) {
      nodes.put(node, new Node(applied, nanoClock.getAsLong()));
      return release();
    }
  }

  /** The node lives. */
  void heard(NodeId node) {
    synchronized (lock) {
      Node known = nodes.get(node);
      if (known != null) {
        known.heardNanos = nanoClock.getAsLong();
      }
    }
  }

  /**
   * The node has applied all commits up to {@code upTo}. Returns the answers that are held no
   * longer.
   */
  List<Runnable> applied(NodeId node, CommitNumber upTo) {
    synchronized (lock) {
      Node known = nodes.get(node);
      if (known == null || !upTo.isAfter(known.applied)) {
        return List.of();
      }
      known.applied = upTo;
      return release();
    }
  }

  /** Nobody waits for the node any more. Returns the answers that are held no longer. */
  List<Runnable> leave(NodeId node) {
    synchronized (lock) {
      return nodes.remove(node) == null ? List.of() : release();
    }
  }

  /**
   * Keeps {@code answer} until all have applied {@code number}.
   *
   * @return whether it is kept; if not, the caller may answer at once
   */
  boolean hold(CommitNumber number, NodeId committer, Runnable answer) {
    synchronized (lock) {
      if (!isWaitedFor(number, committer, slowest())) {
        return false;
      }
      held.add(new Held(number, committer, nanoClock.getAsLong(), answer));
      return true;
    }
  }

  /** Drops the nodes whose lease has run out. */
  Expiry expire() {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      Set<NodeId> gone = new HashSet<>();
      for (Iterator<Map.Entry<NodeId, Node>> entries = nodes.entrySet().iterator();
          entries.hasNext(); ) {
        Map.Entry<NodeId, Node> entry = entries.next();
        if (now - entry.getValue().heardNanos > leaseNanos) {
          gone.add(entry.getKey());
          entries.remove();
        }
      }
      List<Runnable> answers = gone.isEmpty() ? List.of() : release();
      return new Expiry(gone, lagging(now), answers);
    }
  }

  /** How many answers are held. */
  int heldCount() {
    synchronized (lock) {
      return held.size();
    }
  }

  /** The nodes that commits wait for. */
  Set<NodeId> nodes() {
    synchronized (lock) {
      return Set.copyOf(nodes.keySet());
    }
  }

  private Set<NodeId> lagging(long now) {
    Set<NodeId> lagging = new HashSet<>();
    for (Held answer : held) {
      if (now - answer.sinceNanos() <= leaseNanos) {
        break;
      }
      nodes.forEach(
          (id, node) -> {
            if (!id.equals(answer.committer()) && answer.number().isAfter(node.applied)) {
              lagging.add(id);
            }
          });
    }
    return lagging;
  }

  private List<Runnable> release() {
    if (held.isEmpty()) {
      return List.of();
    }
    Slowest slowest = slowest();
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<Held> iterator = held.iterator(); iterator.hasNext(); ) {
      Held answer = iterator.next();
      if (!isWaitedFor(answer.number(), answer.committer(), slowest)) {
        answers.add(answer.answer());
        iterator.remove();
      }
    }
    return answers;
  }

  /**
   * How far the node that is furthest behind is, and how far the others are, so that the committer
   * can be left out.
   *
   * @param node null if there is none
   */
  private record Slowest(NodeId node, long applied, long appliedByOthers) {}

  private Slowest slowest() {
    NodeId slowest = null;
    long applied = Long.MAX_VALUE;
    long others = Long.MAX_VALUE;
    for (Map.Entry<NodeId, Node> entry : nodes.entrySet()) {
      long own = entry.getValue().applied.value();
      if (own < applied) {
        others = applied;
        applied = own;
        slowest = entry.getKey();
      } else {
        others = Math.min(others, own);
      }
    }
    return new Slowest(slowest, applied, others);
  }

  private static boolean isWaitedFor(CommitNumber number, NodeId committer, Slowest slowest) {
    long applied = committer.equals(slowest.node()) ? slowest.appliedByOthers() : slowest.applied();
    return applied < number.value();
  }
}
