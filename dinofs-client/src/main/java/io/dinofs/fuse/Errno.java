package io.dinofs.fuse;

import io.dinofs.model.ErrorKind;

/** The one table from {@link ErrorKind} to the numbers that Linux uses on x86 and ARM: errno(3). */
public final class Errno {
  public static final int OK = 0;
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENOTTY = 25;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int EMLINK = 31;
  public static final int ERANGE = 34;
  public static final int EDEADLK = 35;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ENODATA = 61;
  public static final int EOPNOTSUPP = 95;
  public static final int ECONNABORTED = 103;
  public static final int ENOTCONN = 107;
  public static final int ESTALE = 116;

  private Errno() {}

  /**
   * The number that stands for {@code kind} in an answer to the kernel. Never {@link #OK}, and
   * never ENOSYS, which the kernel would remember for the life of the mount.
   */
  public static int of(ErrorKind kind) {
    return switch (kind) {
      case NOT_FOUND -> ENOENT;
      case EXISTS -> EEXIST;
      case NOT_DIRECTORY -> ENOTDIR;
      case IS_DIRECTORY -> EISDIR;
      case NOT_EMPTY -> ENOTEMPTY;
      case ACCESS_DENIED -> EACCES;
      case NOT_PERMITTED -> EPERM;
      case INVALID -> EINVAL;
      case NAME_TOO_LONG -> ENAMETOOLONG;
      case FILE_TOO_LARGE -> EFBIG;
      case NO_SPACE -> ENOSPC;
      case TOO_MANY_LINKS -> EMLINK;
      case NO_ATTRIBUTE -> ENODATA;
      case RANGE -> ERANGE;
      case TOO_BIG -> E2BIG;
      case NOT_SUPPORTED -> EOPNOTSUPP;
      case BAD_HANDLE -> EBADF;
      case INTERRUPTED -> EINTR;
      case CROSS_DEVICE -> EXDEV;
      case STALE_HANDLE -> ESTALE;
      case BUSY -> EBUSY;
      case NO_DATA -> ENXIO;
      // The file system evaluates a stale operation again, so this one says that it gave up.
      case STALE, LOCKED -> EAGAIN;
      case DEADLOCK -> EDEADLK;
      case TOO_MANY_LOCKS -> ENOLCK;
      case IO, UNAVAILABLE, CORRUPT, PROTOCOL, WRONG_VOLUME, CLOSED, LOCK_LOST -> EIO;
    };
  }
}
