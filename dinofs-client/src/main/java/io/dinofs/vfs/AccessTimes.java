package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.store.VolumeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access times as a mount with relatime keeps them: mount(8), relatime_need_update in fs/inode.c. A
 * read counts if the access time is not later than the last change, or a day old.
 *
 * <p>This node shows a new access time at once; the volume gets it some seconds later, those of
 * many inodes in one commit, in the background. So reading waits for nothing, and never fails for
 * it. What is not committed when this process dies is lost, and so is what a node notes beyond
 * {@value #MAX_NOTED} inodes.
 *
 * <p>Safe for any number of threads.
 */
final class AccessTimes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessTimes.class);
  private static final Duration STALE_AFTER = Duration.ofDays(1);
  private static final int MAX_NOTED = 16_384;
  private static final int MAX_COMMITTED_TOGETHER = 128;

  private final boolean kept;
  private final Transactions transactions;
  private final VolumeClock clock;
  private final long delayMillis;

  /** Guarded by this. */
  private final Map<InodeId, Noted> noted = new HashMap<>();

  /** Whether {@link #commitInTime} will run. Guarded by this. */
  private boolean isScheduled;

  /** Its thread starts with the first task. */
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("access-times"));

  /**
   * A read that is not committed.
   *
   * @param before the committed access time; if it is another one, somebody has set it since
   */
  private record Noted(Instant at, Instant before) {}

  /**
   * @param kept if not, reads change nothing
   * @param delay from a read to its commit, at least
   */
  AccessTimes(boolean kept, Transactions transactions, VolumeClock clock, Duration delay) {
    this.kept = kept;
    this.transactions = transactions;
    this.clock = clock;
    this.delayMillis = delay.toMillis();
  }

  /** The attributes with the access time that is not committed yet. */
  Attributes view(InodeId inode, Attributes attributes) {
    if (!kept) {
      return attributes;
    }
    Noted read;
    synchronized (this) {
      read = noted.get(inode);
    }
    return read == null || !read.before().equals(attributes.atime())
        ? attributes
        : attributes.toBuilder().atime(read.at()).build();
  }

  /** Whether a read now would change the access time. */
  boolean isDue(InodeId inode, Attributes attributes) {
    return kept && isDue(attributes) && isDue(view(inode, attributes));
  }

  private boolean isDue(Attributes attributes) {
    Instant atime = attributes.atime();
    return !atime.isAfter(attributes.mtime())
        || !atime.isAfter(attributes.ctime())
        || !atime.isAfter(clock.now().minus(STALE_AFTER)); // an access time may be any
  }

  /**
   * The inode's contents were read.
   *
   * @param attributes the committed ones, with the times of what this node wrote since
   */
  void read(InodeId inode, Attributes attributes) {
    if (!isDue(inode, attributes)) {
      return;
    }
    synchronized (this) {
      if (noted.size() < MAX_NOTED || noted.containsKey(inode)) {
        noted.put(inode, new Noted(clock.now(), attributes.atime()));
        schedule();
      }
    }
  }

  /** The inode's access time was set: reads before that count no more. */
  synchronized void forget(InodeId inode) {
    noted.remove(inode);
  }

  /** Called under this object's lock. */
  private void schedule() {
    if (!isScheduled && !executor.isShutdown()) {
      isScheduled = true;
      ScheduledFuture<?> unused =
          executor.schedule(this::commitInTime, delayMillis, TimeUnit.MILLISECONDS);
    }
  }

  private void commitInTime() {
    try {
      commit();
    } catch (RuntimeException e) {
      log.error("access times could not be committed", e);
    }
    synchronized (this) {
      isScheduled = false;
      if (!noted.isEmpty()) {
        schedule();
      }
    }
  }

  /** Commits what is noted, unless the server is away; then it stays. */
  void commit() {
    while (true) {
      Map<InodeId, Noted> batch = batch();
      if (batch.isEmpty()) {
        return;
      }
      try {
        transactions.run(transaction -> put(transaction, batch));
      } catch (DinofsException e) {
        log.debug("access times of {} inodes are not committed: {}", batch.size(), e.getMessage());
        if (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.INTERRUPTED) {
          return;
        }
      }
      synchronized (this) {
        batch.forEach(noted::remove);
      }
    }
  }

  private synchronized Map<InodeId, Noted> batch() {
    Map<InodeId, Noted> batch = new HashMap<>();
    Iterator<Map.Entry<InodeId, Noted>> all = noted.entrySet().iterator();
    while (batch.size() < MAX_COMMITTED_TOGETHER && all.hasNext()) {
      Map.Entry<InodeId, Noted> next = all.next();
      batch.put(next.getKey(), next.getValue());
    }
    return batch;
  }

  private static Void put(Transaction transaction, Map<InodeId, Noted> batch)
      throws DinofsException {
    for (Map.Entry<InodeId, Noted> entry : batch.entrySet()) {
      InodeId inode = entry.getKey();
      Noted read = entry.getValue();
      Optional<Attributes> current = transaction.attributes(inode);
      if (current.isPresent() && current.get().atime().equals(read.before())) {
        transaction.putAttributes(inode, current.get().toBuilder().atime(read.at()).build());
      }
    }
    return null;
  }

  /** Commits nothing more. */
  @Override
  public void close() {
    List<Runnable> unused = executor.shutdownNow();
  }
}
