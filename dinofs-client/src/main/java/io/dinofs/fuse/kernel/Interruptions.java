package io.dinofs.fuse.kernel;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Brings FUSE_INTERRUPT to the thread that serves the request. It is read by any thread, perhaps
 * before the thread that read the request has begun with it, or after it was answered.
 */
final class Interruptions {
  /** More than there are threads between reading a request and beginning with it. */
  private static final int MAX_EARLY = 256;

  private final CopyOnWriteArrayList<Interruption> threads = new CopyOnWriteArrayList<>();

  /** Requests that nobody had begun with, oldest first. Guarded by this. */
  private final Set<Long> early = new LinkedHashSet<>();

  /** Whether there are any; written under the guard of {@code early}. */
  private volatile boolean anyEarly;

  /** One for another thread, until {@link #remove}. */
  Interruption newThread() {
    Interruption thread = new Interruption(this);
    threads.add(thread);
    return thread;
  }

  void remove(Interruption thread) {
    threads.remove(thread);
  }

  /** Interrupts the request {@code unique}, now or when a thread begins with it. */
  void interrupt(long unique) {
    // First this, so that a thread that begins just now finds it here or is found below.
    addEarly(unique);
    for (Interruption thread : threads) {
      if (thread.isOf(unique)) {
        boolean unused = arrivedEarly(unique);
        thread.interrupt(unique);
        return;
      }
    }
  }

  private synchronized void addEarly(long unique) {
    if (early.size() >= MAX_EARLY) {
      early.remove(early.iterator().next());
    }
    early.add(unique);
    anyEarly = true;
  }

  /** Whether {@code unique} was interrupted before anyone began with it; forgets that. */
  boolean arrivedEarly(long unique) {
    return anyEarly && removeEarly(unique);
  }

  private synchronized boolean removeEarly(long unique) {
    boolean was = early.remove(unique);
    anyEarly = !early.isEmpty();
    return was;
  }
}
