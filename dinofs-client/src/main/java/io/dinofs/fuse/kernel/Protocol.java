package io.dinofs.fuse.kernel;

/**
 * What kernel and dinofs have agreed on.
 *
 * @param minor of the version 7.minor
 * @param flags FUSE_INIT flags that are on, all 64
 */
record Protocol(int minor, long flags) {
  static final int MAJOR = 7;

  /** The newest that dinofs was written against. */
  static final int NEWEST_MINOR = 45;

  /** That of Linux 5.4. */
  static final int OLDEST_MINOR = 31;

  /** From which on a notification can drop all names: Linux 6.16. */
  static final int EPOCH_MINOR = 44;

  /** A system property with a lower number than {@link #NEWEST_MINOR}, to try out older kernels. */
  static final String LIMIT = "dinofs.fuse.minor";

  /**
   * The last version whose flags are a single word, without FUSE_SECURITY_CTX and what came then.
   */
  private static final int LAST_SHORT_MINOR = 35;

  /** The last version without FUSE_HANDLE_KILLPRIV_V2. */
  private static final int LAST_WITHOUT_KILLPRIV_V2 = 32;

  // Abilities: FUSE_INIT flags.
  static final long ASYNC_READ = 1;
  static final long POSIX_LOCKS = 1L << 1;
  static final long ATOMIC_O_TRUNC = 1L << 3;
  static final long EXPORT_SUPPORT = 1L << 4;
  static final long BIG_WRITES = 1L << 5;
  static final long DONT_MASK = 1L << 6;
  static final long FLOCK_LOCKS = 1L << 10;
  static final long AUTO_INVAL_DATA = 1L << 12;
  static final long DO_READDIRPLUS = 1L << 13;
  static final long READDIRPLUS_AUTO = 1L << 14;
  static final long ASYNC_DIO = 1L << 15;
  static final long PARALLEL_DIROPS = 1L << 18;
  static final long POSIX_ACL = 1L << 20;
  static final long ABORT_ERROR = 1L << 21;
  static final long MAX_PAGES = 1L << 22;
  static final long CACHE_SYMLINKS = 1L << 23;
  static final long EXPLICIT_INVAL_DATA = 1L << 25;
  static final long HANDLE_KILLPRIV_V2 = 1L << 28;
  static final long SETXATTR_EXT = 1L << 29;
  static final long INIT_EXT = 1L << 30;
  static final long DIRECT_IO_ALLOW_MMAP = 1L << 36;

  static final long PASSTHROUGH = 1L << 37;

  /** The newest version that is agreed on. */
  static int newestMinor() {
    return Math.max(OLDEST_MINOR, Integer.getInteger(LIMIT, NEWEST_MINOR));
  }

  /** The flags that a kernel of version 7.{@code minor} can offer. */
  static long flagsOf(int minor) {
    if (minor <= LAST_WITHOUT_KILLPRIV_V2) {
      return HANDLE_KILLPRIV_V2 - 1;
    }
    return minor <= LAST_SHORT_MINOR ? INIT_EXT - 1 : -1;
  }

  boolean has(long ability) {
    return (flags & ability) != 0;
  }
}
