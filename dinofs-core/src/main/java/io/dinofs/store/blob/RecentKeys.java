package io.dinofs.store.blob;

import io.dinofs.model.BlobKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A set that forgets the key that was asked for longest ago when it is full. Safe for several
 * threads.
 */
final class RecentKeys {
  private final int capacity;

  /** Guarded by this. */
  private final Map<BlobKey, Boolean> keys = new LinkedHashMap<>(16, 0.75f, true);

  RecentKeys(int capacity) {
    this.capacity = capacity;
  }

  synchronized boolean contains(BlobKey key) {
    return keys.get(key) != null;
  }

  synchronized void add(BlobKey key) {
    keys.put(key, true);
    if (keys.size() > capacity) {
      keys.remove(keys.keySet().iterator().next());
    }
  }

  synchronized void remove(BlobKey key) {
    keys.remove(key);
  }
}
