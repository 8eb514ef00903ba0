package io.dinofs.cache;

import io.dinofs.model.Bytes;

/**
 * What cached things take of the heap, in bytes: 64-bit HotSpot with compressed pointers, headers
 * of 12 bytes (16 for arrays), objects rounded up to 8.
 */
final class HeapCost {
  /** RecordKey 24, InodeId 24. */
  static final int KEY = 48;

  /** A state: version and value. */
  static final int STATE = 24;

  /**
   * A record of its own: CachedRecord 40, its key, its state, its hash table node 32 and slot 8.
   */
  static final int RECORD = 40 + KEY + STATE + 40;

  /** A record within a directory: its state, a skip list node 24 and on average 12 of index. */
  static final int NAMED_RECORD = STATE + 36;

  /** CachedDirectory 64, InodeId 24, an empty skip list 120, its hash table node 32 and slot 8. */
  static final int DIRECTORY = 248;

  private static final int BYTES_OBJECT = 16;
  private static final int ARRAY_HEADER = 16;

  private HeapCost() {}

  /** Of a byte string that nobody else holds; the empty one is shared. */
  static int of(Bytes bytes) {
    return bytes.isEmpty() ? 0 : BYTES_OBJECT + ((ARRAY_HEADER + bytes.length() + 7) & ~7);
  }
}
