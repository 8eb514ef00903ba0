package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import java.util.function.Consumer;

/** The inodes that the kernel may know. Safe for any number of threads. */
interface KernelInodes {
  /**
   * Whether an answer has named {@code inode}, or is about to be written that does, and the kernel
   * has not forgotten it since. If this is false, the kernel caches nothing of it.
   */
  boolean isKnown(InodeId inode);

  /** Tells each of them; ones that come or go meanwhile may be told or not. */
  void forEach(Consumer<InodeId> action);
}
