package io.dinofs.fuse.kernel;

import java.util.concurrent.LinkedBlockingQueue;

/** Things to do in the order in which they came. Safe for any number of threads. */
final class TaskQueue implements TaskSource {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

  void add(Runnable action) {
    tasks.add(action);
  }

  void clear() {
    tasks.clear();
  }

  @Override
  public Runnable take() throws InterruptedException {
    return tasks.take();
  }

  @Override
  public Runnable poll() {
    return tasks.poll();
  }
}
