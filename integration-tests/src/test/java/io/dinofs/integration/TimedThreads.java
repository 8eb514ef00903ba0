package io.dinofs.integration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Threads that repeat something until they are stopped, and what none of their calls may take. */
final class TimedThreads implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Duration limit;

  // Used by one thread.
  private final List<TimedCalls> calls = new ArrayList<>();
  private final List<Future<?>> results = new ArrayList<>();

  private volatile boolean stopped;

  /**
   * @param limit the longest that a system call may take
   */
  TimedThreads(Duration limit) {
    this.limit = limit;
  }

  void repeat(String name, Consumer<TimedCalls> work) {
    TimedCalls timed = new TimedCalls(name);
    calls.add(timed);
    results.add(
        threads.submit(
            () -> {
              while (!stopped) {
                work.accept(timed);
              }
            }));
  }

  /** Fails if a call takes too long, with what all threads are in, or as a thread has failed. */
  void check() throws ExecutionException, InterruptedException {
    for (Future<?> result : results) {
      if (result.isDone()) {
        result.get();
      }
    }
    String all = calls.stream().map(TimedCalls::toString).collect(Collectors.joining("\n"));
    if (calls.stream().anyMatch(timed -> timed.waiting().compareTo(limit) > 0)) {
      throw new AssertionError("a system call takes longer than " + limit + ":\n" + all);
    }
    TimedCalls.Finished longest = longest();
    if (longest.took().compareTo(limit) > 0) {
      throw new AssertionError(longest + " took longer than " + limit);
    }
  }

  /** Waits until every thread has ended what it does, and checks once more. */
  void stop() throws ExecutionException, InterruptedException {
    stopped = true;
    threads.shutdown();
    if (!threads.awaitTermination(limit.toMillis() * 4, TimeUnit.MILLISECONDS)) {
      check();
    }
    for (Future<?> result : results) {
      result.get();
    }
    check();
  }

  TimedCalls.Finished longest() {
    return calls.stream()
        .map(TimedCalls::longest)
        .max(Comparator.comparing(TimedCalls.Finished::took))
        .orElseThrow();
  }

  long count() {
    return calls.stream().mapToLong(TimedCalls::count).sum();
  }

  /** Lets them end, and waits for none. */
  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }
}
