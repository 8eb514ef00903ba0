package io.dinofs.cache.blob;

import io.dinofs.model.DinofsException;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.StoredFile;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the files of a cache under their limit, and room on the disk, in a thread of its own. When
 * there are too many bytes it walks the files twice: once to find the minute before which files
 * have to go, once to remove them; so it needs memory for minutes, not for files.
 */
final class Eviction implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Eviction.class);

  /**
   * Eviction goes on down to this share of the limit, so that it does not have to begin again at
   * once.
   */
  private static final double LOW_WATER = 0.9;

  /** A use of a file is noted at most so often. */
  private static final long TOUCH_SECONDS = 600;

  /** Others may fill the disk too, of which nobody tells. */
  private static final long CHECK_NANOS = 5_000_000_000L;

  private static final long MIN_PAUSE_NANOS = 100_000_000L;
  private static final long PAUSE_FACTOR = 20;
  private static final int MAX_TOUCHED = 65_536;
  private static final long SECONDS_PER_MINUTE = 60;
  private static final long JOIN_MILLIS = 5_000;

  /** Removes a file that nobody needs. */
  @FunctionalInterface
  interface Remover {
    /** Whether it was there and is gone; false while it is pending. */
    boolean evict(Key key) throws DinofsException;
  }

  private final DiskStore disk;
  private final Remover remover;
  private final CacheLimit limit;

  /** What the limit was when it was looked at last. */
  private volatile long limitBytes = Long.MAX_VALUE;

  /** Corrected by each walk; between walks, what is put twice counts twice. */
  private final AtomicLong bytes = new AtomicLong();

  private final Thread thread;
  private volatile boolean closed;

  /** When uses were noted, in seconds; oldest first. Guarded by itself. */
  private final Map<Key, Long> touched =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
          return size() > MAX_TOUCHED;
        }
      };

  Eviction(DiskStore disk, Remover remover, CacheLimit limit) {
    this.disk = disk;
    this.remover = remover;
    this.limit = limit;
    thread = new Thread(this::run, "blob-eviction");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** A value was put. */
  void added(long valueBytes) {
    if (bytes.addAndGet(valueBytes) > limitBytes) {
      LockSupport.unpark(thread);
    }
  }

  /** A value was opened, and fetched before if it was not here. */
  void used(Key key, long valueBytes) throws DinofsException {
    long now = Instant.now().getEpochSecond();
    Long noted;
    synchronized (touched) {
      noted = touched.get(key);
      if (noted == null || now - noted > TOUCH_SECONDS) {
        touched.remove(key);
        touched.put(key, now);
      }
    }
    if (noted == null) {
      added(valueBytes); // perhaps fetched just now
    }
    if (noted == null || now - noted > TOUCH_SECONDS) {
      disk.touch(key);
    }
  }

  private void run() {
    while (!closed) {
      long start = System.nanoTime();
      try {
        evict();
      } catch (DinofsException | RuntimeException e) {
        if (!closed) {
          log.warn("the blob cache could not be cleaned up: {}", e.toString());
        }
      }
      // Where a walk does not help, since everything is pending, the next one may wait.
      long endNanos = System.nanoTime();
      pauseUntil(endNanos + Math.max(MIN_PAUSE_NANOS, PAUSE_FACTOR * (endNanos - start)));
      while (!closed && isWithinLimit()) {
        LockSupport.parkNanos(this, CHECK_NANOS);
      }
    }
  }

  /** Also if it is woken before. */
  private void pauseUntil(long nanos) {
    for (long left = nanos - System.nanoTime();
        left > 0 && !closed;
        left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  private boolean isWithinLimit() {
    try {
      long used = bytes.get();
      limitBytes = limit.bytesWithReserve(used, disk.room());
      return used <= limitBytes;
    } catch (DinofsException e) {
      log.debug("the room on the cache's disk is not known: {}", e.getMessage());
      return true;
    }
  }

  /** About how much the files take. */
  long usedBytes() {
    return bytes.get();
  }

  /** How much they may take. */
  long limitBytes() {
    return limitBytes;
  }

  /** Measures the files, and removes those that were used longest ago if they are too many. */
  private void evict() throws DinofsException {
    long counted = bytes.get();
    TreeMap<Long, Long> bytesByMinute = new TreeMap<>();
    long[] total = {0};
    disk.forEachFile(
        file -> {
          total[0] += file.bytes();
          bytesByMinute.merge(minute(file), file.bytes(), Long::sum);
        });
    bytes.addAndGet(
        total[0] - counted); // what is put during the walk may count twice, never not at all
    long allowed = limit.bytesWithReserve(total[0], disk.room());
    limitBytes = allowed;
    if (total[0] > allowed) {
      long excess = total[0] - (long) (allowed * LOW_WATER);
      remove(excess, lastMinute(bytesByMinute, excess));
    }
  }

  private static long minute(StoredFile file) {
    return Math.floorDiv(file.usedAt().getEpochSecond(), SECONDS_PER_MINUTE);
  }

  private static long lastMinute(SortedMap<Long, Long> bytesByMinute, long excess) {
    long older = 0;
    for (Map.Entry<Long, Long> minute : bytesByMinute.entrySet()) {
      older += minute.getValue();
      if (older >= excess) {
        return minute.getKey();
      }
    }
    return Long.MAX_VALUE;
  }

  private void remove(long excess, long lastMinute) throws DinofsException {
    long[] removed = {0};
    int[] files = {0};
    disk.forEachFile(
        file -> {
          if (removed[0] < excess && minute(file) <= lastMinute && !closed && evict(file.key())) {
            removed[0] += file.bytes();
            files[0]++;
          }
        });
    bytes.addAndGet(-removed[0]);
    if (files[0] == 0) {
      return;
    }
    log.info(
        "blob cache: evicted {} files of {} bytes, {} bytes remain",
        files[0],
        removed[0],
        bytes.get());
  }

  private boolean evict(Key key) {
    try {
      return remover.evict(key);
    } catch (DinofsException e) {
      log.warn("cannot evict {}: {}", key, e.getMessage());
      return false;
    }
  }

  /** Stops after the file that is being removed. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
