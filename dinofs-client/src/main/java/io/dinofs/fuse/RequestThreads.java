package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the kernel's requests in as many threads as have something to wait for: whenever all
 * threads serve requests there is one more, up to a limit, and a thread that finds enough others
 * idle ends. Platform threads, since waiting for a request is a system call.
 */
public final class RequestThreads {
  private static final Logger log = LoggerFactory.getLogger(RequestThreads.class);

  /** More than the kernel has requests in the background, so that these never take all threads. */
  private static final int MAX_THREADS = 128;

  private static final int MAX_IDLE_THREADS = 6;

  /** What one thread works with; used by that thread only. */
  public interface Worker {
    /** Waits for a request; false if there will be none any more. */
    boolean receive();

    /** Serves the request that was received. */
    void serve();

    /** The name of what was served last; null if it is not to be told of. */
    String served();

    /** The thread ends. */
    void close();
  }

  /** Makes what a new thread works with. */
  @FunctionalInterface
  public interface WorkerFactory {
    /**
     * @throws DinofsException if there can be no more threads now
     */
    Worker newWorker() throws DinofsException;
  }

  private final WorkerFactory factory;
  private final Runnable whenEnded;
  private final RequestObserver observer;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger threads = new AtomicInteger();
  private final AtomicInteger idleThreads = new AtomicInteger();
  private final AtomicInteger lastThreadNumber = new AtomicInteger();

  /**
   * @param whenEnded called by the last thread, before {@link #awaitEnd} returns
   * @param observer is told of what was served
   */
  public RequestThreads(WorkerFactory factory, Runnable whenEnded, RequestObserver observer) {
    this.observer = observer;
    this.factory = factory;
    this.whenEnded = whenEnded;
  }

  /**
   * Starts the first thread; to be called once.
   *
   * @throws DinofsException as {@link WorkerFactory#newWorker}
   */
  public void start() throws DinofsException {
    Worker first = factory.newWorker();
    threads.incrementAndGet();
    startThread(first);
  }

  /** Waits until no thread is left, since there will be no request any more. */
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /**
   * As {@link #awaitEnd()}, for at most {@code limit}.
   *
   * @return whether they have ended
   */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** What the calling thread, which must be one of these, works with. */
  public static Worker currentWorker() {
    return ((RequestThread) Thread.currentThread()).worker;
  }

  private void startThread(Worker worker) {
    new RequestThread(worker, lastThreadNumber.incrementAndGet()).start();
  }

  private final class RequestThread extends Thread {
    private final Worker worker;

    RequestThread(Worker worker, int number) {
      super("fuse-" + number);
      this.worker = worker;
      setDaemon(true);
    }

    @Override
    public void run() {
      work(worker);
    }
  }

  private void work(Worker worker) {
    try {
      while (true) {
        idleThreads.incrementAndGet();
        boolean received = worker.receive();
        int idle = idleThreads.decrementAndGet();
        if (!received) {
          return;
        }
        if (idle == 0) {
          addThread();
        }
        serve(worker);
        if (idleThreads.get() >= MAX_IDLE_THREADS) {
          return;
        }
      }
    } finally {
      worker.close();
      if (threads.decrementAndGet() == 0) {
        whenEnded.run();
        ended.countDown();
      }
    }
  }

  private void serve(Worker worker) {
    if (observer == RequestObserver.NONE) {
      worker.serve();
      return;
    }
    long beganNanos = System.nanoTime();
    worker.serve();
    String served = worker.served();
    if (served != null) {
      observer.handled(served, System.nanoTime() - beganNanos);
    }
  }

  private void addThread() {
    if (threads.incrementAndGet() > MAX_THREADS) {
      threads.decrementAndGet();
      return;
    }
    try {
      startThread(factory.newWorker());
    } catch (DinofsException e) {
      threads.decrementAndGet();
      log.debug("no further thread: {}", e.getMessage());
    }
  }
}
