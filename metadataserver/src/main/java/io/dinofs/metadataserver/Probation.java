package io.dinofs.metadataserver;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Nodes that lived and did not apply what they were told of, so that commits waited for them in
 * vain. Such a node is told of commits again when it comes back, but nobody waits for it, and it
 * gets no lease, until it has shown that it applies what it is told; after a second time, not
 * before some leases have passed, and each time twice as many. So one that is broken for good costs
 * others one wait, one that is broken now and then an ever smaller share of the time.
 *
 * <p>A node is forgotten when it has behaved, or stayed away, for a while; so there are no more of
 * them than can have been waited for in that time. Guarded by its user.
 */
final class Probation {
  private static final int MAX_DOUBLINGS = 8;

  /** A node is forgotten after so many times what it has had to wait, a lease at least. */
  private static final int FORGOTTEN_AFTER = 16;

  private final long leaseNanos;
  private final Map<NodeId, Entry> entries = new HashMap<>();

  Probation(long leaseNanos) {
    this.leaseNanos = leaseNanos;
  }

  private static final class Entry {
    private int failures;

    /** Whether nobody waits for it now. */
    private boolean on;

    private long notBeforeNanos;
    private long touchedNanos;

    /** Where its subscription began; null if it has none. */
    private CommitNumber from;

    /** The newest commit of another node that it was told of. */
    private CommitNumber told;

    private CommitNumber applied;
  }

  /** Where a node stands that may be waited for again. */
  record Standing(CommitNumber applied, CommitNumber told) {}

  /** The node has failed; nobody waits for it from now on. */
  void begin(NodeId node, long nowNanos) {
    Entry entry = entries.computeIfAbsent(node, key -> new Entry());
    entry.failures++;
    entry.on = true;
    entry.from = null;
    entry.touchedNanos = nowNanos;
    entry.notBeforeNanos = nowNanos + (entry.failures == 1 ? 0 : doubled(entry.failures - 1));
  }

  private long doubled(int times) {
    return leaseNanos << Math.min(times, MAX_DOUBLINGS);
  }

  boolean isOn(NodeId node) {
    Entry entry = entries.get(node);
    return entry != null && entry.on;
  }

  /** The node, which is on probation, is told to start anew at {@code from}. */
  void subscribed(NodeId node, CommitNumber from, long nowNanos) {
    Entry entry = entries.get(node);
    entry.from = from;
    entry.told = from;
    entry.applied = CommitNumber.NONE;
    entry.touchedNanos = nowNanos;
  }

  /** The node is told of nothing any more. */
  void unsubscribed(NodeId node) {
    Entry entry = entries.get(node);
    if (entry != null) {
      entry.from = null;
    }
  }

  /** All on probation are told of a commit, but for the committer and those that are spared. */
  void told(CommitNumber number, NodeId committer, Set<NodeId> spared) {
    entries.forEach(
        (node, entry) -> {
          if (entry.on && entry.from != null && !node.equals(committer) && !spared.contains(node)) {
            entry.told = number;
          }
        });
  }

  /** The node says that it has applied all commits up to {@code upTo}. */
  void applied(NodeId node, CommitNumber upTo) {
    Entry entry = entries.get(node);
    if (entry != null && entry.from != null && upTo.isAfter(entry.applied)) {
      entry.applied = upTo;
    }
  }

  /** The node, which is on probation, lives. Returns whether it may be waited for again. */
  boolean heard(NodeId node, long nowNanos) {
    Entry entry = entries.get(node);
    entry.touchedNanos = nowNanos;
    return mayEnd(entry, nowNanos);
  }

  private static boolean mayEnd(Entry entry, long nowNanos) {
    return entry.on
        && entry.from != null
        && !entry.from.isAfter(entry.applied)
        && nowNanos - entry.notBeforeNanos >= 0;
  }

  /** The node is waited for again, if it may be; null if not. */
  Standing end(NodeId node, long nowNanos) {
    Entry entry = entries.get(node);
    if (entry == null || !mayEnd(entry, nowNanos)) {
      return null;
    }
    entry.on = false;
    return new Standing(entry.applied, entry.told);
  }

  /** Forgets who has behaved, or stayed away, for long enough. */
  void forget(long nowNanos) {
    entries
        .values()
        .removeIf(
            entry -> nowNanos - entry.touchedNanos > FORGOTTEN_AFTER * doubled(entry.failures - 1));
  }
}
