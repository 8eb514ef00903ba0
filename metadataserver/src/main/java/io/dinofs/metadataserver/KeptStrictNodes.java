package io.dinofs.metadataserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** Nodes as {@link NodesCodec} encodes them. */
final class KeptStrictNodes implements StrictNodes {
  private final KeptBytes kept;
  private Set<NodeId> written = Set.of(); // by one thread at a time

  KeptStrictNodes(KeptBytes kept) {
    this.kept = kept;
  }

  @Override
  public Set<NodeId> remembered() throws DinofsException {
    Optional<ByteBuffer> bytes = kept.read();
    written = bytes.isPresent() ? NodesCodec.decode(bytes.get(), kept.toString()) : Set.of();
    return written;
  }

  @Override
  public void remember(Set<NodeId> nodes) throws DinofsException {
    if (!nodes.equals(written)) {
      kept.write(NodesCodec.encode(nodes));
      written = Set.copyOf(nodes);
    }
  }
}
