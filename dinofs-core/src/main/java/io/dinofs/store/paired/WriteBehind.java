package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.store.DeletingStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts that go to the fast store now and to the slow one later; owns both stores and the pending
 * set.
 */
final class WriteBehind {
  private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);

  private final Store fast;
  private final Store slow;
  private final PendingSet pending;
  private final Fetches fetches;
  private final PairedOptions options;
  private final PropagationQueue queue = new PropagationQueue();
  private final Propagator propagator;

  /** A write to the fast store. */
  @FunctionalInterface
  interface LocalWrite {
    void run() throws DinofsException;
  }

  WriteBehind(Store fast, Store slow, PendingSet pending, Fetches fetches, PairedOptions options) {
    this.fast = fast;
    this.slow = slow;
    this.pending = pending;
    this.fetches = fetches;
    this.options = options;
    this.propagator = new Propagator(Transfer.between(fast, slow), pending, queue, options);
  }

  /** Starts with what an earlier process has left. */
  void start() {
    pending.keys().forEach(queue::restore);
    if (pending.size() > 0) {
      log.info("propagating {} values that were left pending", pending.size());
    }
    propagator.start();
  }

  void write(Key key, LocalWrite write) throws DinofsException {
    long limitNanos = options.fetchLimit().toNanos();
    fetches.beginWrite(key, limitNanos);
    try {
      queue.beginWrite(key, limitNanos);
      boolean stored = false;
      try {
        pending.add(key);
        write.run();
        stored = true;
      } finally {
        if (queue.endWrite(key, stored)) {
          propagator.settle(key);
        }
      }
    } finally {
      fetches.endWrite(key);
    }
  }

  void awaitPropagated(Collection<Key> keys, Duration limit) throws DinofsException {
    queue.awaitPropagated(keys, limit.toNanos());
  }

  int pendingCount() {
    return pending.size();
  }

  List<Key> pendingKeys() {
    return pending.keys();
  }

  boolean isPending(Key key) {
    return pending.contains(key);
  }

  boolean evict(DeletingStore cache, Key key) throws DinofsException {
    if (!queue.beginEvict(key)) {
      return false;
    }
    try {
      return cache.delete(key);
    } finally {
      queue.settled(key);
    }
  }

  void close() throws DinofsException {
    int left = propagator.close(options.closeLimit());
    if (left > 0) {
      log.warn("{} values are still pending; they are propagated after the next start", left);
    }
    DinofsException failure = null;
    for (LocalWrite close : new LocalWrite[] {pending::close, fast::close, slow::close}) {
      try {
        close.run();
      } catch (DinofsException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
