package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.FileHandle;
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

  /** __FMODE_EXEC: a file is opened by execve(2). */
  private static final int TO_EXECUTE = 040;

  private static final int EXECUTE_PERMISSION = 1;
  private static final int WRITE_PERMISSION = 2;
  private static final int READ_PERMISSION = 4;

  private OpenFlags() {}

  /** Whether what is written goes to the end of the file. */
  public static boolean isAppend(int open) {
    return (open & APPEND) != 0;
  }

  /** Which permissions an open needs, as access(2) has them. */
  public static int permissions(int open) {
    if ((open & TO_EXECUTE) != 0) {
      return EXECUTE_PERMISSION;
    }
    Set<OpenFlag> flags = of(open);
    boolean writes = flags.contains(OpenFlag.WRITE) || flags.contains(OpenFlag.TRUNCATE);
    return (flags.contains(OpenFlag.READ) ? READ_PERMISSION : 0) | (writes ? WRITE_PERMISSION : 0);
  }

  /**
   * What is to be answered to an open: how the kernel is to treat the file.
   *
   * @param pagesAreTrue whether the pages of an earlier open are true
   * @param mapsDirectFiles see {@link #passesPages}
   * @return {@link Answers#NO_FLUSH}, {@link Answers#DIRECT_IO}, {@link Answers#KEEP_CACHE}
   */
  public static int answer(
      FileSystem files,
      FileHandle handle,
      Set<OpenFlag> open,
      boolean pagesAreTrue,
      boolean mapsDirectFiles)
      throws DinofsException {
    int answer = passesPages(open, mapsDirectFiles) ? Answers.DIRECT_IO : 0;
    if (!open.contains(OpenFlag.WRITE) && files.locks().isEmpty()) {
      // With a flush the kernel says that a process has closed it, and with that given up its locks
      answer |= Answers.NO_FLUSH;
    }
    if (pagesAreTrue && !files.isReadNoted(handle)) { // of its pages the kernel reads untold
      answer |= Answers.KEEP_CACHE;
    }
    return answer;
  }

  /**
   * Whether reads and writes of a file that is opened so are to pass the kernel's pages by.
   *
   * <p>If it is only written to, the pages would be filled for nobody: the next open to read does
   * not keep them, since that read changes the access time. And before a write to its pages the
   * kernel asks for the capabilities of the file (file_remove_privs).
   *
   * <p>If it is appended to, the kernel would send a write that crosses the end of a page as two
   * (fuse_fill_write_pages), and what another node appends could come in between.
   *
   * @param mapsDirectFiles whether the kernel can map a file that passes its pages by
   *     (FUSE_DIRECT_IO_ALLOW_MMAP); if not, one that can be read too keeps its pages
   */
  public static boolean passesPages(Set<OpenFlag> open, boolean mapsDirectFiles) {
    if (!open.contains(OpenFlag.WRITE)) {
      return false;
    }
    return !open.contains(OpenFlag.READ) || (open.contains(OpenFlag.APPEND) && mapsDirectFiles);
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
