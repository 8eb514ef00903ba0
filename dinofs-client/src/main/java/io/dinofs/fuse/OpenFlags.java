package io.dinofs.fuse;

import io.dinofs.vfs.FileSystem.OpenFlag;
import java.util.EnumSet;
import java.util.Set;

/** The flags of open(2), as on x86 and ARM. */
public final class OpenFlags {
  private static final int ACCESS_MODE = 3;
  private static final int WRITE_ONLY = 1;
  private static final int READ_WRITE = 2;
  private static final int EXCLUSIVE = 0200;
  private static final int TRUNCATE = 01000;
  private static final int APPEND = 02000;
  private static final int NO_ACCESS_TIME = 01000000;

  private OpenFlags() {}

  /** Whether what is written goes to the end of the file. */
  public static boolean isAppend(int open) {
    return (open & APPEND) != 0;
  }

  /**
   * How the kernel is to treat writes of a file that is opened so: {@link Answers#DIRECT_IO} if it
   * is appended to, else 0. Through its pages the kernel sends a write that crosses the end of a
   * page as two (fuse_fill_write_pages), and what another node appends could come in between.
   *
   * @param mapsDirectFiles whether the kernel can map a file that passes its pages by
   *     (FUSE_DIRECT_IO_ALLOW_MMAP); if not, one that can be read too keeps its pages
   */
  public static int ofWrites(Set<OpenFlag> open, boolean mapsDirectFiles) {
    boolean appends = open.contains(OpenFlag.WRITE) && open.contains(OpenFlag.APPEND);
    boolean losesNoMapping = mapsDirectFiles || !open.contains(OpenFlag.READ);
    return appends && losesNoMapping ? Answers.DIRECT_IO : 0;
  }

  /** Those of {@code open} that mean something to the file system. */
  public static Set<OpenFlag> of(int open) {
    Set<OpenFlag> flags = EnumSet.noneOf(OpenFlag.class);
    int access = open & ACCESS_MODE;
    if (access != WRITE_ONLY) {
      flags.add(OpenFlag.READ);
    }
    if (access == WRITE_ONLY || access == READ_WRITE) {
      flags.add(OpenFlag.WRITE);
    }
    if ((open & EXCLUSIVE) != 0) {
      flags.add(OpenFlag.EXCLUSIVE);
    }
    if ((open & TRUNCATE) != 0) {
      flags.add(OpenFlag.TRUNCATE);
    }
    if ((open & NO_ACCESS_TIME) != 0) {
      flags.add(OpenFlag.NO_ACCESS_TIME);
    }
    if (isAppend(open)) {
      flags.add(OpenFlag.APPEND);
    }
    return flags;
  }
}
