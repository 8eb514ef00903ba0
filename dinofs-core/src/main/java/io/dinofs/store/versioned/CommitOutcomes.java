package io.dinofs.store.versioned;

import io.dinofs.model.CommitId;
import io.dinofs.model.CommitResult;
import io.dinofs.model.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The results of the latest commits of each node, so that a commit that is sent again after a lost
 * connection is answered and not applied a second time. Bounded: it forgets a node's oldest results
 * and the nodes that have not committed for longest.
 *
 * <p>Not safe for several threads; the engine's own lock guards it.
 */
public final class CommitOutcomes {
  private final int maxNodes;
  private final int maxPerNode;
  private final LinkedHashMap<NodeId, LinkedHashMap<Long, CommitResult>> byNode =
      new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param maxNodes how many nodes are remembered
   * @param maxPerNode how many results of a node are remembered: at least as many as it has commits
   *     under way
   */
  public CommitOutcomes(int maxNodes, int maxPerNode) {
    if (maxNodes < 1 || maxPerNode < 1) {
      throw new IllegalArgumentException("at least one node and one result");
    }
    this.maxNodes = maxNodes;
    this.maxPerNode = maxPerNode;
  }

  /** The result of the commit, if it was applied and is remembered. */
  public Optional<CommitResult> find(CommitId id) {
    Map<Long, CommitResult> results = byNode.get(id.node());
    return results == null ? Optional.empty() : Optional.ofNullable(results.get(id.counter()));
  }

  public void add(CommitId id, CommitResult result) {
    LinkedHashMap<Long, CommitResult> results =
        byNode.computeIfAbsent(id.node(), node -> new LinkedHashMap<>());
    results.put(id.counter(), result);
    dropEldest(results, maxPerNode);
    dropEldest(byNode, maxNodes);
  }

  private static <K, V> void dropEldest(Map<K, V> map, int max) {
    if (map.size() > max) {
      map.remove(map.keySet().iterator().next());
    }
  }
}
