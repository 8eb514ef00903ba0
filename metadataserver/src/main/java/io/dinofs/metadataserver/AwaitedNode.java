package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A node that commits may wait for, and the answers that do. Guarded by its user. */
final class AwaitedNode {
  private final ArrayDeque<Wait> waits = new ArrayDeque<>();

  private CommitNumber applied;

  /** The newest commit of another node that it was told of. */
  private CommitNumber told;

  /** Before it has applied this it gets no lease. */
  private CommitNumber trustedFrom;

  /** Since when it is told of commits, over the connection that it has. */
  private long toldSinceNanos;

  /** When its lease began. */
  private long leaseSinceNanos;

  private boolean refused;

  private record Wait(CommitNumber number, HeldAnswer answer) {}

  /** An answer, and for how many nodes it waits. */
  static final class HeldAnswer {
    private final Runnable answer;
    private final long sinceNanos;
    private int nodes;

    HeldAnswer(Runnable answer, long sinceNanos) {
      this.answer = answer;
      this.sinceNanos = sinceNanos;
    }

    boolean isHeld() {
      return nodes > 0;
    }
  }

  /**
   * A node with a lease that begins now.
   *
   * @param trustedFrom the lease is not renewed before it has applied this
   */
  AwaitedNode(CommitNumber applied, CommitNumber told, CommitNumber trustedFrom, long nowNanos) {
    this.applied = applied;
    this.told = told;
    this.trustedFrom = trustedFrom;
    this.toldSinceNanos = nowNanos;
    this.leaseSinceNanos = nowNanos;
  }

  CommitNumber told() {
    return told;
  }

  void told(CommitNumber number) {
    told = number;
  }

  /** An answer waits until the node has applied {@code number}, unless it has. */
  void await(CommitNumber number, HeldAnswer answer) {
    if (number.isAfter(applied)) {
      waits.add(new Wait(number, answer));
      answer.nodes++;
    }
  }

  /** The node has applied all up to {@code upTo}. Returns what is held no longer. */
  List<Runnable> applied(CommitNumber upTo) {
    if (!upTo.isAfter(applied)) {
      return List.of();
    }
    applied = upTo;
    return release();
  }

  /**
   * The node has come back, perhaps with less than it had, and is told of all up to {@code newest}.
   * Returns what is held no longer.
   */
  List<Runnable> returned(CommitNumber upTo, CommitNumber newest) {
    applied = upTo;
    told = newest;
    return release();
  }

  private List<Runnable> release() {
    List<Runnable> free = new ArrayList<>();
    for (Iterator<Wait> all = waits.iterator(); all.hasNext(); ) {
      Wait wait = all.next();
      if (!wait.number().isAfter(applied)) {
        all.remove();
        release(wait, free);
      }
    }
    return free;
  }

  /** Nothing waits for the node any more. Returns what is held no longer. */
  List<Runnable> releaseAll() {
    List<Runnable> free = new ArrayList<>();
    waits.forEach(wait -> release(wait, free));
    waits.clear();
    return free;
  }

  private static void release(Wait wait, List<Runnable> free) {
    wait.answer().nodes--;
    if (wait.answer().nodes == 0) {
      free.add(wait.answer().answer);
    }
  }

  /**
   * Renews the lease, unless the node is behind: it has not applied something for longer than
   * {@code graceNanos} that it was told of and that somebody waits for.
   *
   * @return whether it is renewed
   */
  boolean renew(long nowNanos, long graceNanos) {
    refused = trustedFrom.isAfter(applied) || isBehind(nowNanos, graceNanos);
    if (!refused) {
      leaseSinceNanos = nowNanos;
    }
    return !refused;
  }

  private boolean isBehind(long nowNanos, long graceNanos) {
    Wait first = waits.peek();
    return first != null
        && nowNanos - first.answer().sinceNanos > graceNanos
        && (refused || nowNanos - toldSinceNanos > graceNanos);
  }

  /**
   * Renews the lease of a node that has a new connection. What it was not told of over the old one
   * is not held against it, unless its lease was not renewed before, or somebody waits for longer
   * than a whole lease.
   *
   * @return whether it is renewed
   */
  boolean renewForNewConnection(long nowNanos, long leaseNanos) {
    Wait first = waits.peek();
    boolean waited = first != null && nowNanos - first.answer().sinceNanos > leaseNanos;
    if (first != null && (refused || waited)) {
      refused = true;
      return false;
    }
    refused = false;
    toldSinceNanos = nowNanos;
    leaseSinceNanos = nowNanos;
    return true;
  }

  /** Whether it lives, and its lease was not renewed when it was heard of last. */
  boolean isRefused() {
    return refused;
  }

  /** Whether its lease is over. */
  boolean isOver(long nowNanos, long leaseNanos) {
    return nowNanos - leaseSinceNanos > leaseNanos;
  }
}
