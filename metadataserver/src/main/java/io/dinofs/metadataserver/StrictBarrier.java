package io.dinofs.metadataserver;

import io.dinofs.metadataserver.AwaitedNode.HeldAnswer;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.NodeId;
import java.time.Duration;
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
 * <p>A lease starts anew with everything that is heard of the node, unless it is behind: then it is
 * not told that its lease goes on, which ends within a lease on both sides, and no answer waits for
 * it any longer. The node counts its own from the moment it sent what was answered, so the node's
 * ends before the one here does. A node that loses its connection keeps its lease. One that was
 * behind until the end is on {@link Probation} when it comes back.
 *
 * <p>All methods may be called by any thread. Answers are handed back, for the caller to run
 * outside the lock.
 */
final class StrictBarrier {
  /** The part of a lease that a node may be behind. */
  private static final int GRACE = 8;

  private final LongSupplier nanoClock;
  private final long leaseNanos;
  private final Object lock = new Object();

  /** Guarded by lock. */
  private final Map<NodeId, AwaitedNode> nodes = new HashMap<>();

  /** Guarded by lock. */
  private final Probation probation;

  /** How many answers are held; guarded by lock. */
  private int held;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  StrictBarrier(LongSupplier nanoClock, Duration lease) {
    this.nanoClock = nanoClock;
    this.leaseNanos = lease.toNanos();
    this.probation = new Probation(leaseNanos);
  }

  /**
   * What a look at the clock has brought.
   *
   * @param gone nodes whose lease has run out; nobody waits for them any more
   * @param behind those of them that live, but have not applied what they were told of
   * @param answers that are held no longer
   */
  record Expiry(Set<NodeId> gone, Set<NodeId> behind, List<Runnable> answers) {}

  /**
   * What becomes of a node that comes.
   *
   * @param trusted whether it has a lease. If not, it has to start anew, and must not be told that
   *     it has one
   * @param answers that are held no longer: a node that comes back may have applied what it could
   *     not say any more
   */
  record Joined(boolean trusted, List<Runnable> answers) {}

  /** Whether a node that was heard of may be told that its lease goes on. */
  enum Heard {
    /** It may. */
    RENEWED,
    /** It must not. */
    REFUSED,
    /** It must not before {@link #takeBack}, for which it is time. */
    MAY_RETURN
  }

  /**
   * From now on commits wait for {@code node}, which has applied all up to {@code applied} and is
   * being told of all up to {@code told}; unless it is not trusted.
   */
  Joined join(NodeId node, CommitNumber applied, CommitNumber told) {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      if (probation.isOn(node)) {
        probation.subscribed(node, told, now);
        return new Joined(false, List.of());
      }
      AwaitedNode known = nodes.get(node);
      if (known == null) {
        nodes.put(node, new AwaitedNode(applied, told, CommitNumber.NONE, now));
        return new Joined(true, List.of());
      }
      List<Runnable> answers = counted(known.returned(applied, told));
      return new Joined(known.renewForNewConnection(now, leaseNanos), answers);
    }
  }

  /** Whether commits wait for the node, or did in vain. */
  boolean knows(NodeId node) {
    synchronized (lock) {
      return nodes.containsKey(node) || probation.isOn(node);
    }
  }

  /** The node lives, and is told of commits. */
  Heard heard(NodeId node) {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      AwaitedNode known = nodes.get(node);
      if (known != null) {
        return known.renew(now, leaseNanos / GRACE) ? Heard.RENEWED : Heard.REFUSED;
      }
      return probation.isOn(node) && probation.heard(node, now) ? Heard.MAY_RETURN : Heard.REFUSED;
    }
  }

  /** Ends the probation of a node, if it is time: commits wait for it from now on. */
  void takeBack(NodeId node) {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      Probation.Standing standing = probation.end(node, now);
      if (standing != null) {
        CommitNumber told = standing.told();
        nodes.put(node, new AwaitedNode(standing.applied(), told, told, now));
      }
    }
  }

  /**
   * The node has applied all commits up to {@code upTo}. Returns the answers that are held no
   * longer.
   */
  List<Runnable> applied(NodeId node, CommitNumber upTo) {
    synchronized (lock) {
      AwaitedNode known = nodes.get(node);
      if (known == null) {
        probation.applied(node, upTo);
        return List.of();
      }
      return counted(known.applied(upTo));
    }
  }

  /** Nobody waits for the node any more. Returns the answers that are held no longer. */
  List<Runnable> leave(NodeId node) {
    synchronized (lock) {
      probation.unsubscribed(node);
      AwaitedNode known = nodes.remove(node);
      if (known == null) {
        return List.of();
      }
      if (known.isRefused()) {
        probation.begin(node, nanoClock.getAsLong());
      }
      return counted(known.releaseAll());
    }
  }

  /** Takes note that these answers are held no longer. */
  private List<Runnable> counted(List<Runnable> answers) {
    held -= answers.size();
    return answers;
  }

  /**
   * Keeps {@code answer} until all have applied {@code number} that have to.
   *
   * @param spared nodes that were not told of it, since nothing of it is of interest to them
   * @return whether it is kept; if not, the caller may answer at once
   */
  boolean hold(CommitNumber number, NodeId committer, Set<NodeId> spared, Runnable answer) {
    synchronized (lock) {
      HeldAnswer kept = new HeldAnswer(answer, nanoClock.getAsLong());
      nodes.forEach(
          (id, node) -> {
            if (!id.equals(committer) && !spared.contains(id)) {
              node.told(number);
              node.await(number, kept);
            }
          });
      probation.told(number, committer, spared);
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
      HeldAnswer kept = new HeldAnswer(answer, nanoClock.getAsLong());
      nodes.forEach(
          (id, node) -> {
            if (!id.equals(committer)) {
              boolean toldAll = connected.contains(id) && number.isAfter(node.told());
              node.await(toldAll ? node.told() : number, kept);
            }
          });
      return isHeld(kept);
    }
  }

  private boolean isHeld(HeldAnswer kept) {
    if (kept.isHeld()) {
      held++;
    }
    return kept.isHeld();
  }

  /** Drops the nodes whose lease has run out. */
  Expiry expire() {
    synchronized (lock) {
      long now = nanoClock.getAsLong();
      Set<NodeId> gone = new HashSet<>();
      Set<NodeId> behind = new HashSet<>();
      List<Runnable> answers = new ArrayList<>();
      for (Iterator<Map.Entry<NodeId, AwaitedNode>> entries = nodes.entrySet().iterator();
          entries.hasNext(); ) {
        Map.Entry<NodeId, AwaitedNode> entry = entries.next();
        if (entry.getValue().isOver(now, leaseNanos)) {
          gone.add(entry.getKey());
          entries.remove();
          if (entry.getValue().isRefused()) {
            behind.add(entry.getKey());
            probation.begin(entry.getKey(), now);
          }
          answers.addAll(counted(entry.getValue().releaseAll()));
        }
      }
      probation.forget(now);
      return new Expiry(gone, behind, answers);
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
}
