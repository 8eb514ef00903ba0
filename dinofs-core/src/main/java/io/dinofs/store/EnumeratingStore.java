package io.dinofs.store;

import io.dinofs.model.DinofsException;
import java.util.function.Consumer;

/** A {@link Store} that can tell its keys. */
public interface EnumeratingStore extends Store {
  /**
   * Calls {@code visitor} with every key, in any order, in bounded memory. A key that is put or
   * deleted meanwhile may be told or not; every other one is told once.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED; the visitor may then have seen a
   *     part
   */
  void forEachKey(Consumer<Key> visitor) throws DinofsException;
}
