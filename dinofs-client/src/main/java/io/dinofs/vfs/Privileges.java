package io.dinofs.vfs;

/**
 * What becomes of the bits that let a program run as somebody else, when a file is changed by a
 * caller that may not keep them (it lacks CAP_FSETID): inode(7), and {@code
 * FUSE_HANDLE_KILLPRIV_V2} in the kernel's {@code include/uapi/linux/fuse.h}.
 */
public enum Privileges {
  /** They stay. File capabilities do not: whoever writes to a program takes these from it. */
  KEEP,
  /** Set-user-ID goes, and set-group-ID of what its group may execute. */
  DROP;

  static final int SET_UID = 04000;
  static final int SET_GID = 02000;
  private static final int GROUP_EXECUTE = 00010;

  public static Privileges dropIf(boolean drop) {
    return drop ? DROP : KEEP;
  }

  /** The mode after contents were changed. */
  int afterWrite(int mode) {
    return this == KEEP ? mode : without(mode);
  }

  private static int without(int mode) {
    int left = mode & ~SET_UID;
    return (left & GROUP_EXECUTE) != 0 ? left & ~SET_GID : left;
  }

  /**
   * The mode after chown(2), whoever calls it.
   *
   * @param isMember whether the caller is root or in the file's group
   */
  static int afterChown(int mode, boolean isMember) {
    int left = without(mode);
    return isMember ? left : left & ~SET_GID;
  }
}
