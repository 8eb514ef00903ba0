package io.dinofs.cache.blob;

import io.dinofs.store.Capacity;

/**
 * How many bytes the files of a cache may take. Whatever it says, some of the disk stays free for
 * others and for what is being written: one part in {@value #RESERVE_DIVISOR} of it, at most 512
 * MiB.
 */
public interface CacheLimit {
  int RESERVE_DIVISOR = 50;

  long MAX_RESERVE_BYTES = 512L << 20;

  /** Half of what the disk has free, the cache itself counted as free. */
  CacheLimit HALF_OF_FREE = (usedBytes, room) -> (usedBytes + room.freeBytes()) / 2;

  /** The most bytes, given what the files take now and the room on their disk. */
  long bytes(long usedBytes, Capacity.Room room);

  static CacheLimit of(long bytes) {
    return (usedBytes, room) -> bytes;
  }

  /** {@link #bytes} with the reserve. */
  default long bytesWithReserve(long usedBytes, Capacity.Room room) {
    long reserve = Math.min(MAX_RESERVE_BYTES, room.totalBytes() / RESERVE_DIVISOR);
    long untilReserve = Math.max(0, usedBytes + room.freeBytes() - reserve);
    return Math.min(bytes(usedBytes, room), untilReserve);
  }
}
