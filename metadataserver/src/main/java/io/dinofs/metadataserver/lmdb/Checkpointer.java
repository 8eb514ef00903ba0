package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the table in memory to LMDB when it is large or old, in one thread of its own. While that
 * takes, commits go to the next table, until that one is too large as well.
 */
final class Checkpointer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

  /**
   * The table that takes the commits may grow to so many times what is moved, while the one before
   * is being moved.
   */
  private static final int HARD_LIMIT = 8;

  /** Commits wait so long for room before they are refused. */
  private static final long ROOM_LIMIT_SECONDS = 10;

  private static final long CLOSE_LIMIT_SECONDS = 60;

  private final VolumeId volume;
  private final RecordTable table;
  private final Recent recent;
  private final ReentrantLock commitLock;
  private final LmdbSettings settings;

  /** Of the commit lock: another table takes the commits, or none can be moved. */
  private final Condition settled;

  /** Whether the last try to move a table failed; guarded by the commit lock. */
  private boolean failing;

  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean preparing = new AtomicBoolean();

  /** One at a time; held during the writing to LMDB. Taken before the commit lock. */
  private final ReentrantLock moving = new ReentrantLock();

  /** The inodes as of the frozen table's last commit; guarded by moving. */
  private VolumeStatistics frozenStatistics;

  /** What comes when it is closed is dropped: closing moves everything. */
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(
          1, new DaemonThreads("checkpoint"), new ThreadPoolExecutor.DiscardPolicy());

  Checkpointer(
      VolumeId volume,
      RecordTable table,
      Recent recent,
      ReentrantLock commitLock,
      LmdbSettings settings) {
    this.volume = volume;
    this.table = table;
    this.recent = recent;
    this.commitLock = commitLock;
    this.settled = commitLock.newCondition();
    this.settings = settings;
    long periodMillis = Math.max(1, settings.checkpointAge().toMillis() / 4);
    var unused =
        thread.scheduleWithFixedDelay(
            this::moveIfOld, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until there is room for commits in memory. Called under the commit lock, which it gives
   * up meanwhile.
   *
   * @throws DinofsException NO_SPACE: there will be none soon; INTERRUPTED
   */
  void admitCommits() throws DinofsException {
    long nanosLeft = TimeUnit.SECONDS.toNanos(ROOM_LIMIT_SECONDS);
    try {
      while (recent.tables().active().bytes() > HARD_LIMIT * settings.checkpointBytes()) {
        if (failing || nanosLeft <= 0) {
          throw new DinofsException(
              ErrorKind.NO_SPACE,
              "commits can't be moved to LMDB; is the disk full, or very slow?");
        }
        nanosLeft = settled.awaitNanos(nanosLeft);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while commits are moved", e);
    }
  }

  /** Commits have come; moves them if they are many, or the journal needs it. */
  void committed(boolean journalIsFilling) {
    boolean many =
        journalIsFilling || recent.tables().active().bytes() > settings.checkpointBytes();
    if (many && scheduled.compareAndSet(false, true)) {
      thread.execute(this::moveQuietly);
    }
  }

  /** Something that spares later commits some work. */
  @FunctionalInterface
  interface Preparation {
    void run() throws IOException;
  }

  /** Runs {@code preparation} in the background, unless one is under way. */
  void prepare(Preparation preparation) {
    if (preparing.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            try {
              preparation.run();
            } catch (IOException e) {
              // A commit will need it, and is refused then.
              log.warn("cannot prepare the journal for more commits: {}", e.getMessage());
            } finally {
              preparing.set(false);
            }
          });
    }
  }

  private void moveIfOld() {
    long ageNanos = System.nanoTime() - recent.activeSinceNanos();
    boolean old =
        !recent.tables().active().isEmpty() && ageNanos > settings.checkpointAge().toNanos();
    if (old || recent.tables().frozen().isPresent()) {
      moveQuietly();
    }
  }

  private void moveQuietly() {
    scheduled.set(false);
    boolean failed = true;
    try {
      checkpoint();
      failed = false;
    } catch (DinofsException e) {
      // The table stays frozen and is tried again; the journal has it.
      log.error("commits can't be moved to LMDB: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("commits can't be moved to LMDB", e);
    } finally {
      settle(failed);
    }
  }

  private void settle(boolean failed) {
    commitLock.lock();
    try {
      failing = failed;
      settled.signalAll();
    } finally {
      commitLock.unlock();
    }
  }

  /**
   * Moves what was committed before this call to LMDB.
   *
   * @throws DinofsException IO, NO_SPACE, CLOSED: it stays in memory and in the journal
   */
  void checkpoint() throws DinofsException {
    moving.lock();
    try {
      if (recent.tables().frozen().isPresent()) {
        moveFrozen();
      }
      freeze();
      if (recent.tables().frozen().isPresent()) {
        moveFrozen();
      }
    } finally {
      moving.unlock();
    }
  }

  private void freeze() {
    commitLock.lock();
    try {
      recent.freeze();
      frozenStatistics = recent.statistics();
      settled.signalAll();
    } finally {
      commitLock.unlock();
    }
  }

  private void moveFrozen() throws DinofsException {
    MemTable frozen = recent.tables().frozen().orElseThrow();
    CommitNumber last = frozen.last();
    table.write(
        frozen.latest(),
        frozen.bytes(),
        new RecordTable.State(volume, last, frozenStatistics.inodes()));
    commitLock.lock();
    try {
      recent.thaw();
    } finally {
      commitLock.unlock();
    }
    log.debug("commits up to {} are in LMDB", last);
  }

  /** Moves everything, and ends. */
  @Override
  public void close() throws DinofsException {
    abandon();
    checkpoint();
  }

  /** Ends; what is in memory stays in the journal only. */
  void abandon() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        log.warn("the last checkpoint takes longer than {} s", CLOSE_LIMIT_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
