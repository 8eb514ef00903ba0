package io.dinofs.fuse;

import io.dinofs.model.Waiting;

/**
 * Lets one thread's request be interrupted, but only where it waits for a server. For its thread,
 * but for {@link #tell}, {@link #interrupt} and {@link #isOf}.
 */
public final class Interruption implements Waiting.Gate {
  /** No request has this number. */
  private static final long NONE = 0;

  private final Interruptions all;

  /** The request being served; written by its thread, under this to end it. */
  private volatile long unique = NONE;

  /** The request has had its time since. Guarded by this. */
  private boolean interrupted;

  /** The thread of the request while it waits. Guarded by this. */
  private Thread waiting;

  Interruption(Interruptions all) {
    this.all = all;
  }

  /** The thread begins to serve the request {@code number}. */
  public void begin(long number) {
    unique = number;
    if (all.arrivedEarly(number)) {
      tell(number);
    }
  }

  /** The request is over; an interrupt of it comes to nothing from now on. */
  public void end() {
    if (unique != NONE) {
      synchronized (this) {
        unique = NONE;
        interrupted = false;
      }
    }
  }

  @Override
  public synchronized void open() {
    waiting = Thread.currentThread();
    if (interrupted) {
      waiting.interrupt();
    }
  }

  @Override
  public synchronized void close() {
    waiting = null;
    // What comes now, as closing files, is not to be interrupted.
    boolean unused = Thread.interrupted();
  }

  boolean isOf(long number) {
    return unique == number;
  }

  /** The kernel has sent an interrupt of the request {@code number}; it has some time yet. */
  void tell(long number) {
    if (isOf(number)) {
      all.interruptSoon(this, number);
    }
  }

  /** Interrupts the request {@code number}, if it is still the one being served. */
  synchronized void interrupt(long number) {
    if (unique == number) {
      interrupted = true;
      if (waiting != null) {
        waiting.interrupt();
      }
    }
  }
}
