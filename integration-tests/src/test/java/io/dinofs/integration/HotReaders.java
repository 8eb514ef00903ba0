package io.dinofs.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that look at {@link SharedNames} through several mounts until they are closed. */
final class HotReaders implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final long seed;

  // Used by one thread.
  private final List<Future<?>> readers = new ArrayList<>();

  private volatile boolean stopped;

  HotReaders(long seed) {
    this.seed = seed;
  }

  /** Starts one more. */
  void start(FilePath root) {
    HotReader reader = new HotReader(root, ~seed + readers.size());
    readers.add(threads.submit(() -> readUntilStopped(reader)));
  }

  private void readUntilStopped(HotReader reader) {
    try {
      while (!stopped) {
        reader.next();
      }
    } finally {
      reader.closeAll();
    }
  }

  /** Fails as one of the readers has, if it has. */
  void check() throws ExecutionException, InterruptedException {
    for (Future<?> reader : readers) {
      if (reader.isDone()) {
        reader.get();
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("a system call of a reader does not return");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
