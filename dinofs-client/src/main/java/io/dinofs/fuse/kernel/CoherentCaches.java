package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.vfs.ChangeFeed;
import io.dinofs.vfs.ChangeFeed.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that keep a kernel's caches true by {@link KernelInvalidator}.
 *
 * <p>One for attributes, which never waits; some for names and some for pages, of which each may
 * wait for the kernel. And one that sees when the node loses its server: its lease ends by its own
 * clock before the server stops to wait for it, by a twentieth, and looking at it more often than
 * that is in time.
 */
final class CoherentCaches implements KernelCaches {
  private static final Logger log = LoggerFactory.getLogger(CoherentCaches.class);

  /** A directory whose lock is held for long must not hold up others. */
  private static final int NAME_THREADS = 4;

  private static final int PAGE_THREADS = 4;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long END_MILLIS = 500;

  /**
   * How long names hold where they cannot all be dropped at once, as at the end of a lease: less
   * than a lease of two seconds ends earlier here than at the server.
   */
  private static final Duration NAMES_WITHOUT_EPOCH = Duration.ofMillis(75);

  private final KernelNotifications kernel;
  private final CoherentCaching caching;
  private final KernelInvalidator invalidator;
  private final Observation observation;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /** Begins to observe {@code files}, which nobody else may observe. */
  CoherentCaches(
      ChangeFeed files,
      KernelNotifications kernel,
      KernelInodes inodes,
      StagedContents staged,
      KernelCacheSettings settings) {
    this.kernel = kernel;
    KernelState state = KernelState.empty();
    KernelInvalidator[] made = new KernelInvalidator[1];
    observation =
        files.observe(
            observing -> {
              made[0] =
                  new KernelInvalidator(
                      kernel,
                      inodes,
                      staged,
                      settings,
                      state,
                      observing::applied,
                      System::nanoTime);
              return made[0];
            });
    invalidator = made[0];
    caching = new CoherentCaching(state, settings, files::isDirty, invalidator);
  }

  @Override
  public CachePolicy policy() {
    return caching;
  }

  @Override
  public synchronized void start() {
    if (kernel.increaseEpoch() == Errno.ENOSYS) {
      log.info("this kernel cannot drop all names at once, so it keeps them for moments only");
      caching.limitNames(NAMES_WITHOUT_EPOCH);
    }
    start("kernel-attributes", () -> work(invalidator.drops().attributes));
    for (int i = 1; i <= NAME_THREADS; i++) {
      start("kernel-names-" + i, () -> work(invalidator.drops().names));
    }
    for (int i = 1; i <= PAGE_THREADS; i++) {
      start("kernel-pages-" + i, () -> work(invalidator.drops().pages));
    }
    start("kernel-lease", this::watchLease);
  }

  private void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void work(TaskSource tasks) {
    while (!closed) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        return; // closed
      } catch (RuntimeException e) {
        log.error("a notification to the kernel failed", e);
      }
    }
  }

  /**
   * Before the node is current for the first time the kernel keeps nothing, so there is nothing to
   * drop. And must not be: the kernel begins with a root that nobody may enter, and takes no
   * attributes that come together with a notification (fuse_change_attributes), so the first call
   * on a new mount would fail with EACCES.
   */
  private void watchLease() {
    boolean current = false;
    boolean lost = false;
    while (!closed) {
      boolean now = observation.isCurrent();
      if (now && !current) {
        if (lost) {
          invalidator.distrust();
        }
        caching.setCurrent(true);
      } else if (!now && current) {
        lost = true;
        caching.setCurrent(false);
        invalidator.distrust();
        log.info("the metadata server is away; the kernel keeps nothing until it is back");
      }
      current = now;
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    caching.setCurrent(false);
    observation.close();
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join(END_MILLIS); // the device is closed next
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
