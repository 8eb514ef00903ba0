package io.dinofs.metadataserver;

import io.dinofs.access.Grant;
import io.dinofs.model.NodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whose the ids of nodes are. Pushes tell everybody the id of who has committed: with it, whoever
 * has another token could take that node's locks for his own, or use up the numbers of its commits.
 * The first token that shows an id has it, until it has shown many others; where no token is needed
 * everybody may be everybody. Safe for any number of threads.
 */
final class NodeOwners {
  private static final int IDS_OF_ONE = 1024;

  /** Guarded by this. */
  private final Map<NodeId, String> owners = new HashMap<>();

  /** The ids of each token, the one that was shown last at the end; guarded by this. */
  private final Map<String, Map<NodeId, Boolean>> ids = new HashMap<>();

  /** Whether the id is that of who was granted this; takes it, if it is nobody's. */
  synchronized boolean isOf(NodeId id, Grant grant) {
    if (grant == Grant.ANYBODY) {
      return true;
    }
    if (!owners.computeIfAbsent(id, unknown -> grant.node()).equals(grant.node())) {
      return false;
    }
    Map<NodeId, Boolean> own =
        ids.computeIfAbsent(grant.node(), unknown -> new LinkedHashMap<>(16, 0.75f, true));
    own.put(id, true);
    if (own.size() > IDS_OF_ONE) {
      NodeId oldest = own.keySet().iterator().next();
      own.remove(oldest);
      owners.remove(oldest);
    }
    return true;
  }
}
