package io.dinofs.cache;

/**
 * How a {@link CachingVersionedStore} behaves.
 *
 * @param maxBytes how much heap what is cached may take, as estimated by {@link HeapCost}
 * @param offline what reads do while the server is away
 * @param timeoutMillis how long a call waits for the server to be heard of again, or for another
 *     call that is fetching the same; beyond that it fails with UNAVAILABLE
 */
public record CacheSettings(long maxBytes, OfflineMode offline, long timeoutMillis) {
  /** Leaves an idle client's heap below 128 MiB. */
  public static final long DEFAULT_MAX_BYTES = 64L << 20;

  public CacheSettings {
    if (maxBytes < 0 || timeoutMillis < 0) {
      throw new IllegalArgumentException(
          "a cache has no negative limits: " + maxBytes + " bytes, " + timeoutMillis + " ms");
    }
  }
}
