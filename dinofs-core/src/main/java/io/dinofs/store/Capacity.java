package io.dinofs.store;

import io.dinofs.model.DinofsException;

/** A store that knows how much room it has. */
public interface Capacity {
  /**
   * @throws DinofsException UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  Room room() throws DinofsException;

  /**
   * @param totalBytes what the store can hold at all
   * @param freeBytes what it can still take
   */
  record Room(long totalBytes, long freeBytes) {}
}
