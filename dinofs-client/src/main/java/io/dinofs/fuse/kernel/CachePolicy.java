package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;

/** Decides what the kernel may keep. Safe for any number of threads. */
interface CachePolicy {
  /** A ticket for one thread. */
  CacheTicket newTicket();

  /**
   * Whether someone tells the kernel of pages that are not true any more. If not, the kernel asks
   * for size and modification time before each read, and drops pages when they have changed.
   */
  boolean invalidatesPages();

  /**
   * Takes from the kernel what the operation has changed that is about to be answered. To be called
   * before each answer to a request that may have changed something; does not block.
   */
  void settle();

  /**
   * The kernel has forgotten an inode that an answer on its way names. Versions of Linux before
   * 6.14 take that answer even if they were told since to drop it, as they were of the inode they
   * forgot.
   */
  void forgottenInPart(InodeId inode);

  /**
   * A directory is read through an open that was told {@link
   * io.dinofs.fuse.Answers#CACHE_DIRECTORY}.
   */
  void directoryRead(InodeId directory);

  /**
   * An open of a directory that was told {@link io.dinofs.fuse.Answers#CACHE_DIRECTORY} has ended,
   * or its answer was not taken.
   */
  void directoryClosed(InodeId directory);
}
