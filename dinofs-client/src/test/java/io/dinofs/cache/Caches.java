package io.dinofs.cache;

/** Settings for tests. */
final class Caches {
  /** Nothing is evicted. */
  static final long ROOM = 8L << 20;

  static final long TIMEOUT_MILLIS = 10_000;

  private Caches() {}

  static CacheSettings settings(long maxBytes) {
    return new CacheSettings(maxBytes, OfflineMode.READ, TIMEOUT_MILLIS);
  }
}
