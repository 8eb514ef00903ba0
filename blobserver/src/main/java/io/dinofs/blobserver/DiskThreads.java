package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that touch files. Reads have their own, so that they do not wait behind syncs. */
final class DiskThreads implements AutoCloseable {
  private final ExecutorService readers;
  private final ExecutorService writers;
  private final Duration stopLimit;

  /**
   * @param maxQueued tasks that wait for a thread, of either sort; a connection has at most two
   */
  DiskThreads(int readThreads, int writeThreads, int maxQueued, Duration stopLimit) {
    readers = pool("disk-read-", readThreads, maxQueued);
    writers = pool("disk-write-", writeThreads, maxQueued);
    this.stopLimit = stopLimit;
  }

  private static ExecutorService pool(String name, int threads, int maxQueued) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxQueued),
            task -> new Thread(task, name + number.incrementAndGet()));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * @throws DinofsException UNAVAILABLE if too many tasks wait already, or the server stops
   */
  void read(Runnable task) throws DinofsException {
    submit(readers, task);
  }

  /**
   * @throws DinofsException as {@link #read}
   */
  void write(Runnable task) throws DinofsException {
    submit(writers, task);
  }

  private static void submit(ExecutorService pool, Runnable task) throws DinofsException {
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      throw new DinofsException(ErrorKind.UNAVAILABLE, "too many requests wait for the disk", e);
    }
  }

  /** Lets the tasks that were submitted end; waits for them, within the limit. */
  @Override
  public void close() {
    readers.shutdown();
    writers.shutdown();
    try {
      long deadline = System.nanoTime() + stopLimit.toNanos();
      boolean ended = readers.awaitTermination(stopLimit.toNanos(), TimeUnit.NANOSECONDS);
      ended &= writers.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!ended) {
        throw new IllegalStateException("the disk did not answer within " + stopLimit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
