package io.dinofs.fuse.jnr;

import jnr.ffi.annotations.Delegate;

/**
 * The signatures in {@code struct fuse_lowlevel_ops}. Whatever is an address is a long, names too:
 * they are bytes, and decoding them would mangle what is not UTF-8.
 *
 * <p>Public because the code that calls them is generated in another class loader.
 */
public final class LowLevelCallbacks {
  private LowLevelCallbacks() {}

  /** readlink, statfs. */
  @FunctionalInterface
  public interface OfInode {
    @Delegate
    void call(long request, long inode);
  }

  /** lookup, unlink, rmdir, removexattr. */
  @FunctionalInterface
  public interface OfName {
    @Delegate
    void call(long request, long parent, long name);
  }

  /** getattr, open, flush, release, opendir, releasedir. */
  @FunctionalInterface
  public interface OfFile {
    @Delegate
    void call(long request, long inode, long fileInfo);
  }

  /** fsync, fsyncdir. */
  @FunctionalInterface
  public interface Sync {
    @Delegate
    void call(long request, long inode, int dataOnly, long fileInfo);
  }

  /** setattr. */
  @FunctionalInterface
  public interface SetAttributes {
    @Delegate
    void call(long request, long inode, long stat, int valid, long fileInfo);
  }

  /** mknod. */
  @FunctionalInterface
  public interface MakeNode {
    @Delegate
    void call(long request, long parent, long name, int mode, long rdev);
  }

  /** mkdir. */
  @FunctionalInterface
  public interface MakeDirectory {
    @Delegate
    void call(long request, long parent, long name, int mode);
  }

  /** symlink. */
  @FunctionalInterface
  public interface MakeSymlink {
    @Delegate
    void call(long request, long target, long parent, long name);
  }

  /** rename. */
  @FunctionalInterface
  public interface Rename {
    @Delegate
    void call(long request, long parent, long name, long newParent, long newName);
  }

  /** link. */
  @FunctionalInterface
  public interface Link {
    @Delegate
    void call(long request, long inode, long newParent, long newName);
  }

  /** access. */
  @FunctionalInterface
  public interface Access {
    @Delegate
    void call(long request, long inode, int mask);
  }

  /** create. */
  @FunctionalInterface
  public interface Create {
    @Delegate
    void call(long request, long parent, long name, int mode, long fileInfo);
  }

  /** read, readdir. */
  @FunctionalInterface
  public interface Read {
    @Delegate
    void call(long request, long inode, long size, long offset, long fileInfo);
  }

  /** write. */
  @FunctionalInterface
  public interface Write {
    @Delegate
    void call(long request, long inode, long data, long size, long offset, long fileInfo);
  }

  /** setxattr. */
  @FunctionalInterface
  public interface SetXattr {
    @Delegate
    void call(long request, long inode, long name, long value, long size, int flags);
  }

  /** getxattr. */
  @FunctionalInterface
  public interface GetXattr {
    @Delegate
    void call(long request, long inode, long name, long size);
  }

  /** listxattr. */
  @FunctionalInterface
  public interface ListXattrs {
    @Delegate
    void call(long request, long inode, long size);
  }

  /** getlk. */
  @FunctionalInterface
  public interface GetLock {
    @Delegate
    void call(long request, long inode, long fileInfo, long flock);
  }

  /** setlk. */
  @FunctionalInterface
  public interface SetLock {
    @Delegate
    void call(long request, long inode, long fileInfo, long flock, int mayWait);
  }

  /** flock. */
  @FunctionalInterface
  public interface Flock {
    @Delegate
    void call(long request, long inode, long fileInfo, int operation);
  }

  /** The process that waits for the answer to a request was interrupted. */
  @FunctionalInterface
  public interface Interrupt {
    @Delegate
    void call(long request, long data);
  }

  /** What a channel sends answers with: {@code struct fuse_chan_ops}. */
  @FunctionalInterface
  public interface Send {
    @Delegate
    int call(long channel, long vector, long count);
  }

  /** fallocate. */
  @FunctionalInterface
  public interface Allocate {
    @Delegate
    void call(long request, long inode, int mode, long offset, long length, long fileInfo);
  }
}
