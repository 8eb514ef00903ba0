package io.dinofs.crypt;

import java.util.concurrent.atomic.AtomicLong;

/** Numbers that are given once: 2^63 of them, which a process does not use up. Safe for threads. */
final class ScratchNonces {
  /** A block that has none was never written. */
  static final long NONE = 0;

  private final AtomicLong last = new AtomicLong(NONE);

  long next() {
    return last.incrementAndGet();
  }
}
