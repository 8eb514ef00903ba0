package io.dinofs.integration;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The system calls of one thread, timed; others can see which one it is in and the longest that
 * there was.
 */
final class TimedCalls {
  private final String thread;

  /** Written by the thread only. */
  private volatile Call current = new Call("nothing", System.nanoTime());

  /** Written by the thread only. */
  private volatile Finished longest = new Finished("nothing", Duration.ZERO);

  private final AtomicLong count = new AtomicLong();

  TimedCalls(String thread) {
    this.thread = thread;
  }

  /** A call that has begun. */
  private record Call(String what, long sinceNanos) {}

  /** A call that has returned. */
  record Finished(String what, Duration took) {}

  /** Makes a call and hands its result on. */
  long call(String what, FilePath path, LongSupplier call) {
    long start = System.nanoTime();
    Call made = new Call(what + " " + path, start);
    current = made;
    long result = call.getAsLong();
    long end = System.nanoTime();
    current = new Call("nothing", end);
    Duration took = Duration.ofNanos(end - start);
    if (took.compareTo(longest.took()) > 0) {
      longest = new Finished(thread + ": " + made.what() + " = " + Posix.describe(result), took);
    }
    count.incrementAndGet();
    return result;
  }

  /** How long the thread has been in the call that it is in. */
  Duration waiting() {
    return Duration.ofNanos(System.nanoTime() - current.sinceNanos());
  }

  Finished longest() {
    return longest;
  }

  long count() {
    return count.get();
  }

  @Override
  public String toString() {
    Call now = current;
    return "%s has been in %s for %d ms"
        .formatted(thread, now.what(), (System.nanoTime() - now.sinceNanos()) / 1_000_000);
  }
}
