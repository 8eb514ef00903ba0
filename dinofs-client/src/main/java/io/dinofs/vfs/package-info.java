/**
 * The file system in terms of inodes: what each operation means, computed from records and
 * contents, and committed.
 *
 * <p>It knows stores, not whether they are cached or remote, and nothing of FUSE. {@link
 * io.dinofs.vfs.FileSystem} is its one entrance.
 */
package io.dinofs.vfs;
