package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobStore;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens blobs ahead of their use, so that the store has them near. Bounded: when there is too much
 * to do, hints are dropped.
 */
public final class BlobPrefetcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BlobPrefetcher.class);
  private static final int THREADS = 8;
  private static final int QUEUE = 64;

  private final BlobStore blobs;
  private final Set<BlobKey> underWay = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads;

  public BlobPrefetcher(BlobStore blobs) {
    this.blobs = blobs;
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            new DaemonThreads("read-ahead"),
            (task, executor) -> ((Prefetch) task).forget());
    threads.allowCoreThreadTimeOut(true);
  }

  void prefetch(BlobKey key) {
    if (underWay.add(key)) {
      threads.execute(new Prefetch(key));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private final class Prefetch implements Runnable {
    private final BlobKey key;

    Prefetch(BlobKey key) {
      this.key = key;
    }

    @Override
    public void run() {
      try {
        blobs.open(key).close();
      } catch (DinofsException e) {
        log.debug("read-ahead of blob {} failed: {}", key, e.getMessage());
      } finally {
        forget();
      }
    }

    void forget() {
      underWay.remove(key);
    }
  }
}
