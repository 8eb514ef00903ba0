package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem.DirectoryHandle;

/**
 * A directory that the kernel has opened.
 *
 * @param openedAt the {@link CacheTicket#time} of the request that opened it
 * @param listed whether it uses the kernel's listing, so that its end has to be told
 */
record OpenedDirectory(DirectoryHandle handle, long openedAt, boolean listed) {
  InodeId inode() {
    return handle.inode();
  }
}
