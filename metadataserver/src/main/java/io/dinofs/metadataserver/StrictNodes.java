package io.dinofs.metadataserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import java.util.Set;

/**
 * Remembers over a restart of the server for which nodes it has to wait: with commits for those
 * that are strict, with locks for those that have some.
 */
public interface StrictNodes {
  /** Remembers nothing: for a store that does not outlive the server. */
  StrictNodes FORGETFUL =
      new StrictNodes() {
        @Override
        public Set<NodeId> remembered() {
          return Set.of();
        }

        @Override
        public void remember(Set<NodeId> nodes) {}
      };

  /**
   * The nodes of the last {@link #remember}.
   *
   * @throws DinofsException IO, CORRUPT
   */
  Set<NodeId> remembered() throws DinofsException;

  /**
   * Replaces what is remembered; durable when it returns. Called by one thread at a time.
   *
   * @throws DinofsException NO_SPACE, IO
   */
  void remember(Set<NodeId> nodes) throws DinofsException;
}
