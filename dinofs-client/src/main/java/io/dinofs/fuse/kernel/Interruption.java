package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Guard;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;

/**
 * Lets one thread's request be interrupted, but only where it waits: an interrupt that meets a
 * thread while it reads a file would close that file for everyone.
 */
final class Interruption {
  /** No request has this number. */
  private static final long NONE = 0;

  private final Interruptions all;

  /** The request being served; written by its thread, read by those that read FUSE_INTERRUPT. */
  private volatile long unique = NONE;

  /** Guarded by this. */
  private boolean interrupted;

  /** The thread of the request while it waits. Guarded by this. */
  private Thread waiting;

  Interruption(Interruptions all) {
    this.all = all;
  }

  /** The thread begins to serve the request {@code number}. */
  void begin(long number) {
    unique = number;
    if (all.arrivedEarly(number)) {
      interrupt(number);
    }
  }

  /** The request is over; an interrupt of it comes to nothing from now on. */
  void end() {
    if (unique != NONE) {
      synchronized (this) {
        unique = NONE;
        interrupted = false;
      }
    }
  }

  /**
   * Runs what may wait for long. Until it returns, the thread is interrupted if the request is.
   *
   * @throws DinofsException INTERRUPTED if it was interrupted before
   */
  void whileWaiting(Guard.Operation operation) throws DinofsException {
    synchronized (this) {
      if (interrupted) {
        throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted");
      }
      waiting = Thread.currentThread();
    }
    try {
      operation.run();
    } finally {
      synchronized (this) {
        waiting = null;
        boolean unused = Thread.interrupted();
      }
    }
  }

  boolean isOf(long number) {
    return unique == number;
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
