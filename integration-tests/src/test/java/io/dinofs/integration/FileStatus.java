package io.dinofs.integration;

/**
 * What statx(2) tells.
 *
 * @param mode type and permission bits
 * @param rdev major and minor as {@code major << 32 | minor}
 * @param atimeNanos since the epoch, like the other times
 */
record FileStatus(
    long inode,
    int mode,
    int uid,
    int gid,
    int nlink,
    long size,
    long rdev,
    long atimeNanos,
    long mtimeNanos,
    long ctimeNanos) {

  private static final int TYPE_MASK = 0170000;
  static final int DIRECTORY = 0040000;
  static final int REGULAR = 0100000;
  static final int SYMLINK = 0120000;
  static final int FIFO = 0010000;
  static final int SOCKET = 0140000;
  static final int CHARACTER_DEVICE = 0020000;
  static final int BLOCK_DEVICE = 0060000;

  FileStatus withAtime(long nanos) {
    return new FileStatus(inode, mode, uid, gid, nlink, size, rdev, nanos, mtimeNanos, ctimeNanos);
  }

  int type() {
    return mode & TYPE_MASK;
  }

  int permissions() {
    return mode & 07777;
  }

  boolean isDirectory() {
    return type() == DIRECTORY;
  }

  boolean isRegular() {
    return type() == REGULAR;
  }

  boolean isDevice() {
    return type() == CHARACTER_DEVICE || type() == BLOCK_DEVICE;
  }
}
