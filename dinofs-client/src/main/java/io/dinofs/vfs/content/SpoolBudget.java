package io.dinofs.vfs.content;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of what is written and not stored yet is kept in memory, over all files; the rest is on
 * disk.
 */
public final class SpoolBudget {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();

  public SpoolBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Takes {@code bytes} of the budget, or takes nothing and says no. */
  boolean tryTake(int bytes) {
    if (usedBytes.addAndGet(bytes) <= limitBytes) {
      return true;
    }
    usedBytes.addAndGet(-bytes);
    return false;
  }

  /** Takes {@code bytes} even if the budget does not have them. */
  void take(int bytes) {
    usedBytes.addAndGet(bytes);
  }

  void giveBack(int bytes) {
    usedBytes.addAndGet(-bytes);
  }
}
