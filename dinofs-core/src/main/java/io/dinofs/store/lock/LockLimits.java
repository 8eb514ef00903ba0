package io.dinofs.store.lock;

/**
 * What one node may have at most, so that no node can use up the server's memory or time.
 *
 * @param held ranges locked
 * @param waiting locks waited for
 */
public record LockLimits(int held, int waiting) {
  public static final LockLimits DEFAULT = new LockLimits(16_384, 4_096);
}
