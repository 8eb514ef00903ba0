package io.dinofs.fuse.kernel;

/** Where a thread gets what it has to do. */
interface TaskSource {
  /** The next task; waits for it. */
  Runnable take() throws InterruptedException;

  /** The next task, or null if there is none that can be done now. */
  Runnable poll();
}
