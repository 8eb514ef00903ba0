package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry values from the fast store to the slow one, for as long as it takes. A
 * value that the slow store does not want is tried again after all others; if the slow store itself
 * fails, one value is tried at a time, with longer and longer waits.
 */
final class Propagator {
  private static final Logger log = LoggerFactory.getLogger(Propagator.class);

  private static final Duration THREAD_END_LIMIT = Duration.ofSeconds(5);

  /** Failures that are the value's and not the store's. */
  private static final Set<ErrorKind> OF_THE_VALUE =
      Set.of(ErrorKind.CORRUPT, ErrorKind.INVALID, ErrorKind.TOO_BIG);

  private final Transfer transfer;
  private final PendingSet pending;
  private final PropagationQueue queue;
  private final Backoff backoff;

  /** Failures of the slow store in a row; 0 while it works. */
  private final AtomicInteger failures = new AtomicInteger();

  private final List<Thread> threads = new ArrayList<>();

  Propagator(Transfer transfer, PendingSet pending, PropagationQueue queue, PairedOptions options) {
    this.transfer = transfer;
    this.pending = pending;
    this.queue = queue;
    this.backoff = new Backoff(options.firstRetry(), options.lastRetry());
    for (int i = 1; i <= options.uploaders(); i++) {
      Thread thread = new Thread(this::run, "propagate-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void run() {
    try {
      for (Optional<Key> key = queue.take(); key.isPresent(); key = queue.take()) {
        propagate(key.get());
      }
    } catch (InterruptedException e) {
      log.debug("{} ends", Thread.currentThread().getName());
    }
  }

  private void propagate(Key key) {
    try {
      if (transfer.carry(key)) {
        storeSucceeded();
      } else {
        log.warn(
            "{} is pending and not in the cache: its put was cut short, or the cache was changed by hand",
            key);
      }
      if (queue.succeeded(key)) {
        settle(key);
      }
    } catch (DinofsException e) {
      failed(key, e);
    } catch (RuntimeException e) {
      log.error("propagating {} failed unexpectedly", key, e);
      queue.refused(key, backoff::nanos);
    }
  }

  /** Lets the key leave the pending set; the queue has made sure that no put of it is under way. */
  void settle(Key key) {
    try {
      pending.remove(key);
    } catch (DinofsException e) {
      log.warn("{} will be propagated once more after the next start: {}", key, e.getMessage());
    } finally {
      queue.settled(key);
    }
  }

  private void storeSucceeded() {
    if (failures.getAndSet(0) > 0) {
      log.info("propagating again, {} pending", pending.size());
    }
  }

  private void failed(Key key, DinofsException failure) {
    if (failure.kind() == ErrorKind.INTERRUPTED) {
      queue.failed(key, failure, 0);
    } else if (OF_THE_VALUE.contains(failure.kind())) {
      if (queue.refused(key, backoff::nanos) == 1) {
        log.warn("{} was refused and stays pending: {}", key, failure.getMessage());
      }
    } else {
      int inARow = failures.incrementAndGet();
      if (inARow == 1) {
        log.warn(
            "cannot propagate, {} pending, retrying: {}", pending.size(), failure.getMessage());
      }
      queue.failed(key, failure, backoff.nanos(inARow));
    }
  }

  /**
   * Propagates what it can within the limit, then stops.
   *
   * @return how many keys stay pending
   */
  int close(Duration limit) {
    int left = queue.drain(limit.toNanos());
    boolean interrupted = Thread.interrupted();
    long deadlineNanos = System.nanoTime() + THREAD_END_LIMIT.toNanos();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (deadlineNanos - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (thread.isAlive()) {
        log.warn("{} does not end", thread.getName());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return left;
  }
}
