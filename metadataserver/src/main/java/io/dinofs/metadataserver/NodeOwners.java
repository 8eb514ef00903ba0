package io.dinofs.metadataserver;

import io.dinofs.access.Grant;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose the ids of nodes are. Pushes tell everybody the id of who has committed: with it, whoever
 * has another token could take that node's locks for his own, or use up the numbers of its commits.
 * The first token that shows an id has it, until it has shown many others; where no token is needed
 * everybody may be everybody.
 *
 * <p>That is kept over a restart of the server, some milliseconds after an id was shown first: else
 * whoever connects before its node would have it. Safe for any number of threads.
 */
final class NodeOwners {
  private static final Logger LOG = LoggerFactory.getLogger(NodeOwners.class);
  private static final int IDS_OF_ONE = 1024;

  private final KeptBytes kept; // used by the writer
  private final Executor writer;

  /** The id that was new last is the last; guarded by this. */
  private final Map<NodeId, String> owners;

  /** The ids of each token, the one that was shown last at the end; guarded by this. */
  private final Map<String, Map<NodeId, Boolean>> ids = new HashMap<>();

  /** Whether the writer is still to come; guarded by this. */
  private boolean writing;

  /**
   * @param writer one thread, which writes
   * @throws DinofsException IO, CORRUPT
   */
  NodeOwners(KeptBytes kept, Executor writer) throws DinofsException {
    this.kept = kept;
    this.writer = writer;
    Optional<ByteBuffer> bytes = kept.read();
    this.owners =
        bytes.isPresent()
            ? OwnersCodec.decode(bytes.get(), kept.toString())
            : new LinkedHashMap<>();
    owners.forEach((id, owner) -> of(owner).put(id, true));
  }

  private Map<NodeId, Boolean> of(String owner) {
    return ids.computeIfAbsent(owner, unknown -> new LinkedHashMap<>(16, 0.75f, true));
  }

  /** Whether the id is that of who was granted this; takes it, if it is nobody's. */
  synchronized boolean isOf(NodeId id, Grant grant) {
    if (grant == Grant.ANYBODY) {
      return true;
    }
    String before = owners.putIfAbsent(id, grant.node());
    if (before != null && !before.equals(grant.node())) {
      return false;
    }
    Map<NodeId, Boolean> own = of(grant.node());
    own.put(id, true);
    if (own.size() > IDS_OF_ONE) {
      NodeId oldest = own.keySet().iterator().next();
      own.remove(oldest);
      owners.remove(oldest);
    }
    if (before == null && !writing) {
      writing = true;
      beginToWrite();
    }
    return true;
  }

  private void beginToWrite() {
    try {
      writer.execute(this::write);
    } catch (RejectedExecutionException e) {
      LOG.debug("the server stops and forgets whose a new id is", e);
    }
  }

  private void write() {
    try {
      kept.write(encoded());
    } catch (DinofsException e) {
      LOG.error("a restart of the server will forget whose the ids of nodes are", e);
    }
  }

  private synchronized ByteBuffer encoded() {
    writing = false;
    return OwnersCodec.encode(owners);
  }
}
