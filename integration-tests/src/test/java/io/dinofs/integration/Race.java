package io.dinofs.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that start what they do at the same moment. */
final class Race implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Duration patience;

  Race() {
    this(Program.PATIENCE);
  }

  /**
   * @param patience how long they may take
   */
  Race(Duration patience) {
    this.patience = patience;
  }

  <T> List<T> run(Callable<T> one, Callable<T> other) throws Exception {
    return run(List.of(one, other));
  }

  /** Runs all of {@code runners} at once; their results in the same order. */
  <T> List<T> run(List<Callable<T>> runners) throws Exception {
    CyclicBarrier start = new CyclicBarrier(runners.size());
    List<Future<T>> futures = new ArrayList<>();
    for (Callable<T> runner : runners) {
      futures.add(
          threads.submit(
              () -> {
                start.await(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return runner.call();
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(result(future));
    }
    return results;
  }

  private <T> T result(Future<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(patience.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
