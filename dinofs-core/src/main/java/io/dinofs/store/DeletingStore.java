package io.dinofs.store;

import io.dinofs.model.DinofsException;

/** A {@link Store} that can remove keys. */
public interface DeletingStore extends Store {
  /**
   * Removes {@code key} and its value.
   *
   * @return whether it was there
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  boolean delete(Key key) throws DinofsException;
}
