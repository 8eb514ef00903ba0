package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;

/**
 * Contents that the kernel reads in another place than its pages. Safe for any number of threads.
 */
interface StagedContents {
  /** Of no file. */
  StagedContents NONE =
      new StagedContents() {
        @Override
        public boolean isStaged(InodeId inode) {
          return false;
        }

        @Override
        public boolean refresh(InodeId inode) {
          return true;
        }
      };

  boolean isStaged(InodeId inode);

  /**
   * Brings them up to date; may wait for the network.
   *
   * @return whether nobody reads anything older now
   */
  boolean refresh(InodeId inode);
}
