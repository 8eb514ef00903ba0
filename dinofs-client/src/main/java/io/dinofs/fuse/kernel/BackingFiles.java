package io.dinofs.fuse.kernel;

import io.dinofs.model.DinofsException;

/**
 * Files that the kernel may read in the place of ones of the mount:
 * Documentation/filesystems/fuse-passthrough.rst. Safe for any number of threads.
 */
interface BackingFiles {
  /**
   * Makes an open file known to the kernel, which holds it open until {@link #unregister}, and
   * longer if a file of the mount is open in its place.
   *
   * @return a number greater than 0
   * @throws DinofsException NOT_SUPPORTED if the kernel, or what this process may do, is not enough
   */
  int register(int fd) throws DinofsException;

  void unregister(int id);
}
