package io.dinofs.fuse.kernel;

/** Decides what the kernel may keep. Safe for any number of threads. */
interface CachePolicy {
  /** A ticket for one thread. */
  CacheTicket newTicket();

  /**
   * Whether someone tells the kernel of pages that are not true any more. If not, the kernel asks
   * for size and modification time before each read, and drops pages when they have changed.
   */
  boolean invalidatesPages();
}
