package io.dinofs.cache;

/**
 * What an {@link EvictionList} holds. All fields belong to the list and its lock but for {@link
 * #used}, which readers set without a lock: a lost mark costs at worst an eviction.
 */
abstract sealed class Evictable permits CachedRecord, CachedDirectory {
  Evictable previous;
  Evictable next;
  int bytes;
  private boolean used;

  /** Called at every hit; writes only what changes, so that readers don't contend for the line. */
  final void markUsed() {
    if (!used) {
      used = true;
    }
  }

  final boolean takeUsed() {
    boolean wasUsed = used;
    used = false;
    return wasUsed;
  }
}
