package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;

/**
 * Tells the kernel what to drop from its caches. Safe for any number of threads.
 *
 * <p>Each method returns {@link Errno#OK} when the kernel has let it go, {@link Errno#ENOENT} if it
 * does not have it, {@link Errno#ENOSYS} if this kernel knows no such message, or another errno.
 *
 * <p>Each blocks for as long as the kernel does: a name waits for the lock of its directory, which
 * requests that are not answered hold; pages wait until those are read that are being read. So
 * nobody on whom an answer depends may call them.
 */
interface KernelNotifications {
  /**
   * Attributes, and the pages from {@code offset} on. Attributes alone never block.
   *
   * @param offset bytes; negative for the attributes only
   * @param length bytes; 0 or negative for all from {@code offset} on
   */
  int invalidateInode(InodeId inode, long offset, long length);

  /** A name, or that there is none of that name. */
  int invalidateEntry(InodeId parent, Name name);

  /**
   * A name that was removed, if it is that of {@code child}. Other than {@link #invalidateEntry} it
   * tells programs that watch the directory (inotify(7)).
   */
  int deleteEntry(InodeId parent, InodeId child, Name name);

  /** All names at once, without a lock; from protocol 7.44 on. */
  int increaseEpoch();
}
