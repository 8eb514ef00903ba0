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
 * Holds the answers to commits until every strict node that was told of them, but for the
 * committer, has applied them, or its lease has run out.
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

  /** How many answers are held; guarded by lock. */
  private int held;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  StrictBarrier(LongSupplier nanoClock, Duration lease) {
    this.nanoClock = nanoClock;
    this.leaseNanos = lease.toNanos();
  }

  /** A node that commits may wait for. Guarded by lock. */
  private static final class Node {
    private CommitNumber applied;

    /** The newest commit of another node that it was told of. */
    private CommitNumber told;

    private long heardNanos;

    /** The answers that wait for it, in the order in which they came. */
    private final ArrayDeque<Wait> waits = new ArrayDeque<>();
  }

  /** An answer, and for how many nodes it waits. Guarded by lock. */
  private static final class Held {
    private final Runnable answer;
    private final long sinceNanos;
    private int nodes;

    Held(Runnable answer, long sinceNanos) {
      this.answer = answer;
      this.sinceNanos = sinceNanos;
    }
  }

  private record Wait(CommitNumber number, Held held) {}

  /**
   * What a look at the clock has brought.
   *
   * @param gone nodes whose lease has run out; nobody waits for them any more
   * @param lagging nodes that live, but have not applied a commit for longer than a lease
   * @param answers that are held no longer
   */
  record Expiry(Set<NodeId> gone, Set<NodeId> lagging, List<Runnable> answers) {}

  /**
   * From now on commits wait for {@code node}, which has applied all up to {@code applied} and is
   * being told of all up to {@code told}. Returns the answers that are held no longer: a node that
   * comes back may have applied what it could not say any more.
   */
  List<Runnable> join(NodeId node, CommitNumber applied, CommitNumber told) {
    synchronized (lock) {
      Node joined = nodes.computeIfAbsent(node, key -> new Node());
      joined.applied = applied;
      joined.told = told;
      joined.heardNanos = nanoClock.getAsLong();
      return release(joined);
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
      return release(known);
    }
  }

  /** Nobody waits for the node any more. Returns the answers that are held no longer. */
  List<Runnable> leave(NodeId node) {
    synchronized (lock) {
      Node known = nodes.remove(node);
      return known == null ? List.of() : releaseAll(known);
    }
  }

  /**
   * Keeps {@code answer} until all have applied {@code number} that have to.
   *
   * @param spared nodes that were not told of it, since nothing of it is of interest to them
   * @return whether it is kept; if not, the caller may answer at once
   */
  boolean hold(CommitNumber number, NodeId committer, Set<NodeId> spared, Runnable answer) {
    synchronized (lock) {
      Held kept = new Held(answer, nanoClock.getAsLong());
      nodes.forEach(
          (id, node) -> {
            if (!id.equals(committer) && !spared.contains(id)) {
              node.told = number;
              await(node, number, kept);
            }
          });
      return isHeld(kept);
    }
  }

  /**
   * As {@link #hold}, for a commit that was made before: which nodes were told of it then is not
   * known any more.
   *
   * @param connected nodes that were told of it, or spared, or have been brought up to date since
   */
  boolean holdAgain(CommitNumber number, NodeId committer, Set<NodeId> connected, Runnable answer) {
    synchronized (lock) {
      Held kept = new Held(answer, nanoClock.getAsLong());
      nodes.forEach(
          (id, node) -> {
            if (!id.equals(committer)) {
              boolean toldAll = connected.contains(id) && number.isAfter(node.told);
              await(node, toldAll ? node.told : number, kept);
            }
          });
      return isHeld(kept);
    }
  }

  private static void await(Node node, CommitNumber number, Held kept) {
    if (number.isAfter(node.applied)) {
      node.waits.add(new Wait(number, kept));
      kept.nodes++;
    }
  }

  private boolean isHeld(Held kept) {
    if (kept.nodes == 0) {
      return false;
    }
    held++;
    return true;
  }

  /** Drops the nodes whose lease has run out. */
  Expiry expire() {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      Set<NodeId> gone = new HashSet<>();
      List<Runnable> answers = new ArrayList<>();
      for (Iterator<Map.Entry<NodeId, Node>> entries = nodes.entrySet().iterator();
          entries.hasNext(); ) {
        Map.Entry<NodeId, Node> entry = entries.next();
        if (now - entry.getValue().heardNanos > leaseNanos) {
          gone.add(entry.getKey());
          entries.remove();
          answers.addAll(releaseAll(entry.getValue()));
        }
      }
      return new Expiry(gone, lagging(now), answers);
    }
  }

  /** How many answers are held. */
  int heldCount() {
    synchronized (lock) {
      return held;
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
    nodes.forEach(
        (id, node) -> {
          Wait first = node.waits.peek();
          if (first != null && now - first.held().sinceNanos > leaseNanos) {
            lagging.add(id);
          }
        });
    return lagging;
  }

  /** What the node has applied holds nothing up any more. */
  private List<Runnable> release(Node node) {
    if (node.waits.isEmpty()) {
      return List.of();
    }
    List<Runnable> answers = new ArrayList<>();
    for (Iterator<Wait> waits = node.waits.iterator(); waits.hasNext(); ) {
      Wait wait = waits.next();
      if (!wait.number().isAfter(node.applied)) {
        waits.remove();
        release(wait.held(), answers);
      }
    }
    return answers;
  }

  private List<Runnable> releaseAll(Node node) {
    List<Runnable> answers = new ArrayList<>();
    node.waits.forEach(wait -> release(wait.held(), answers));
    return answers;
  }

  private void release(Held kept, List<Runnable> answers) {
    kept.nodes--;
    if (kept.nodes == 0) {
      held--;
      answers.add(kept.answer);
    }
  }
}
