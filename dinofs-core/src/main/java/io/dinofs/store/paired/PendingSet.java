package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.store.Key;
import java.util.List;

/**
 * The keys whose values are in the fast store and not yet in the slow one. Outlives the process,
 * killed at any moment; a key that was removed may come back after a crash, a key that was added
 * does not go. Safe for several threads.
 */
public interface PendingSet extends AutoCloseable {
  /**
   * Adds a key; does nothing if it is there.
   *
   * @throws DinofsException NO_SPACE, IO, CLOSED: it was not added
   */
  void add(Key key) throws DinofsException;

  /**
   * Removes a key; does nothing if it is not there.
   *
   * @throws DinofsException NO_SPACE, IO, CLOSED: it is removed, but comes back when the set is
   *     opened next
   */
  void remove(Key key) throws DinofsException;

  boolean contains(Key key);

  /** All keys, those that have been there for longest first. */
  List<Key> keys();

  int size();

  /**
   * @throws DinofsException IO
   */
  @Override
  void close() throws DinofsException;
}
