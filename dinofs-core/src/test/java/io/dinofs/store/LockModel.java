package io.dinofs.store;

import io.dinofs.model.LockMode;
import java.util.Arrays;

/** Locks on a short file, byte by byte: too slow to be used and too simple to be wrong. */
final class LockModel {
  static final int BYTES = 24;

  /** By owner and byte; null where the owner has no lock. */
  private final LockMode[][] locks;

  LockModel(int owners) {
    locks = new LockMode[owners][BYTES];
  }

  boolean isFree(int owner, int start, int end, LockMode mode) {
    for (int other = 0; other < locks.length; other++) {
      for (int at = start; at <= end; at++) {
        LockMode held = locks[other][at];
        if (other != owner && held != null && mode.excludes(held)) {
          return false;
        }
      }
    }
    return true;
  }

  void lock(int owner, int start, int end, LockMode mode) {
    Arrays.fill(locks[owner], start, end + 1, mode);
  }

  void unlock(int owner, int start, int end) {
    Arrays.fill(locks[owner], start, end + 1, null);
  }
}
