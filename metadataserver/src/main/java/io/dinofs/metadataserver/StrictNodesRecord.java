package io.dinofs.metadataserver;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.util.Optional;
import java.util.Set;

/** Nodes under one key of a plain store, as {@link NodesCodec} encodes them. */
final class StrictNodesRecord implements StrictNodes {
  private final Store store;
  private final Key key;
  private Set<NodeId> written = Set.of(); // by one thread at a time

  /**
   * @param store the caller's
   */
  StrictNodesRecord(Store store, Key key) {
    this.store = store;
    this.key = key;
  }

  @Override
  public Set<NodeId> remembered() throws DinofsException {
    Optional<Bytes> value = store.get(key);
    written =
        value.isPresent()
            ? NodesCodec.decode(value.get().asBuffer(), key + " in the store")
            : Set.of();
    return written;
  }

  @Override
  public void remember(Set<NodeId> nodes) throws DinofsException {
    if (!nodes.equals(written)) {
      store.put(key, Bytes.wrap(NodesCodec.encode(nodes).array()));
      written = Set.copyOf(nodes);
    }
  }
}
