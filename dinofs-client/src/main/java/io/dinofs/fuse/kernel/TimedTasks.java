package io.dinofs.fuse.kernel;

import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Things to do, now or later, in the order of their time. Safe for any number of threads. */
final class TimedTasks implements TaskSource {
  private final LongSupplier nanoClock;
  private final AtomicLong added = new AtomicLong();
  private final DelayQueue<Task> tasks = new DelayQueue<>();

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  TimedTasks(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  void add(Runnable action) {
    add(action, 0);
  }

  void add(Runnable action, long delayMillis) {
    long due = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    tasks.add(new Task(action, due, added.getAndIncrement(), nanoClock));
  }

  @Override
  public Runnable take() throws InterruptedException {
    return tasks.take().action;
  }

  @Override
  public Runnable poll() {
    Task task = tasks.poll();
    return task == null ? null : task.action;
  }

  private record Task(Runnable action, long dueNanos, long number, LongSupplier nanoClock)
      implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - nanoClock.getAsLong(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      Task that = (Task) other;
      int byTime = Long.signum(dueNanos - that.dueNanos);
      return byTime != 0 ? byTime : Long.compare(number, that.number);
    }
  }
}
