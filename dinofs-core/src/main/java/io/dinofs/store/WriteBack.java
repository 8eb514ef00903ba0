package io.dinofs.store;

import io.dinofs.model.DinofsException;
import java.time.Duration;
import java.util.Collection;

/** A store whose puts reach their final place in the background. */
public interface WriteBack {
  /**
   * Waits until every one of {@code keys} that was put here is in its final place. Keys that are
   * there already, or were never put here, are not waited for.
   *
   * @throws DinofsException UNAVAILABLE after {@code limit}, NO_SPACE if the final place is full,
   *     INTERRUPTED, CLOSED; what is pending stays pending
   */
  void awaitPropagated(Collection<Key> keys, Duration limit) throws DinofsException;

  /** How many keys have not reached their final place yet. */
  int pendingCount();
}
