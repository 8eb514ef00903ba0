package io.dinofs.fuse;

import io.dinofs.model.DaemonThreads;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Brings FUSE_INTERRUPT to the thread that serves the request. It is read by any thread, perhaps
 * before the thread that read the request has begun with it, or after it was answered.
 *
 * <p>The kernel sends it for every signal that a program handles, and few programs expect mkdir(2)
 * to fail with EINTR because of a timer. So a request is interrupted only if it still waits some
 * time after the signal, because a server is away: then Ctrl-C ends the program, not the time-out.
 */
public final class Interruptions implements AutoCloseable {
  /** Longer than a server takes that is there. */
  public static final Duration PATIENCE = Duration.ofSeconds(1);

  /** More than there are threads between reading a request and beginning with it. */
  private static final int MAX_EARLY = 256;

  private final CopyOnWriteArrayList<Interruption> threads = new CopyOnWriteArrayList<>();

  /** Requests that nobody had begun with, oldest first. Guarded by this. */
  private final Set<Long> early = new LinkedHashSet<>();

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("fuse-interrupts"));

  private final Duration patience;

  /** Whether there are any; written under the guard of {@code early}. */
  private volatile boolean anyEarly;

  /**
   * @param patience how long after its interrupt a request may still come to its end
   */
  public Interruptions(Duration patience) {
    this.patience = patience;
  }

  /** One for another thread, until {@link #remove}. */
  public Interruption newThread() {
    Interruption thread = new Interruption(this);
    threads.add(thread);
    return thread;
  }

  public void remove(Interruption thread) {
    threads.remove(thread);
  }

  /** Interrupts the request {@code unique}, soon or when a thread has begun with it. */
  public void interrupt(long unique) {
    // First this, so that a thread that begins just now finds it here or is found below.
    addEarly(unique);
    if (interruptServed(unique)) {
      boolean unused = arrivedEarly(unique);
    }
  }

  /**
   * Interrupts the request {@code unique} if a thread has begun with it.
   *
   * @return whether one has
   */
  public boolean interruptServed(long unique) {
    for (Interruption thread : threads) {
      if (thread.isOf(unique)) {
        thread.tell(unique);
        return true;
      }
    }
    return false;
  }

  /** Interrupts the request, if it is not over by then. */
  void interruptSoon(Interruption thread, long unique) {
    try {
      var unused =
          timer.schedule(
              () -> thread.interrupt(unique), patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      thread.interrupt(unique); // the mount is over
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
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
