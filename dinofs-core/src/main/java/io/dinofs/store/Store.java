package io.dinofs.store;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.util.Optional;

/**
 * A plain key-value store.
 *
 * <p>A get that starts after a put of the same key has returned sees that put's value or a later
 * one. Of two puts at once either may win; a value is never mixed from two, and a put that fails
 * leaves the old value or the new one.
 */
public interface Store extends AutoCloseable {
  /** The largest value that every store takes: 64 MiB, which holds the largest manifest. */
  int MAX_VALUE_BYTES = 64 << 20;

  /**
   * Stores {@code value} under {@code key}, in place of what was there. When it returns, the value
   * is as durable as the implementation promises.
   *
   * @throws DinofsException TOO_BIG, NO_SPACE, UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  void put(Key key, Bytes value) throws DinofsException;

  /**
   * The value under {@code key}, or empty if there is none.
   *
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, CORRUPT, IO, CLOSED
   */
  Optional<Bytes> get(Key key) throws DinofsException;

  /**
   * Gives everything back; a second call does nothing, other calls fail with CLOSED from then on.
   */
  @Override
  void close() throws DinofsException;
}
