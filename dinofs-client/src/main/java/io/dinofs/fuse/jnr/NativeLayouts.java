package io.dinofs.fuse.jnr;

import io.dinofs.fuse.FileAttributes;
import io.dinofs.fuse.LockArguments;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import java.time.Instant;
import jnr.ffi.Memory;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.Flock;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/** Reads the structs that libfuse hands to callbacks, at the offsets that jnr-fuse knows. */
final class NativeLayouts {
  private static final FileStat STAT = new FileStat(Native.RUNTIME);
  static final int STAT_BYTES = Struct.size(STAT);
  private static final long MODE = STAT.st_mode.offset();
  private static final long UID = STAT.st_uid.offset();
  private static final long GID = STAT.st_gid.offset();
  private static final long SIZE = STAT.st_size.offset();
  private static final long ATIME_SECONDS = STAT.st_atim.tv_sec.offset();
  private static final long ATIME_NANOS = STAT.st_atim.tv_nsec.offset();
  private static final long MTIME_SECONDS = STAT.st_mtim.tv_sec.offset();
  private static final long MTIME_NANOS = STAT.st_mtim.tv_nsec.offset();

  private static final FuseFileInfo FILE_INFO =
      FuseFileInfo.of(Memory.allocateDirect(Native.RUNTIME, 64));
  static final int FILE_INFO_BYTES = Struct.size(FILE_INFO);
  private static final long FLAGS = FILE_INFO.flags.offset();

  /** {@code writepage}, which jnr-fuse does not name. */
  private static final long WRITE_PAGE = 16;

  private static final long HANDLE = FILE_INFO.fh.offset();
  private static final long LOCK_OWNER = FILE_INFO.lock_owner.offset();

  private static final Flock FLOCK = Flock.of(Memory.allocateDirect(Native.RUNTIME, 64));
  static final int FLOCK_BYTES = Struct.size(FLOCK);
  private static final long LOCK_TYPE = FLOCK.l_type.offset();
  private static final long LOCK_START = FLOCK.l_start.offset();
  private static final long LOCK_LENGTH = FLOCK.l_len.offset();
  private static final long LOCK_PID = FLOCK.l_pid.offset();

  private NativeLayouts() {}

  static int mode(long stat) {
    return Native.MEMORY.getInt(stat + MODE);
  }

  static int uid(long stat) {
    return Native.MEMORY.getInt(stat + UID);
  }

  static int gid(long stat) {
    return Native.MEMORY.getInt(stat + GID);
  }

  static long size(long stat) {
    return Native.MEMORY.getLong(stat + SIZE);
  }

  static Instant atime(long stat) {
    return time(stat + ATIME_SECONDS, stat + ATIME_NANOS);
  }

  static Instant mtime(long stat) {
    return time(stat + MTIME_SECONDS, stat + MTIME_NANOS);
  }

  private static Instant time(long seconds, long nanos) {
    return FileAttributes.time(Native.MEMORY.getLong(seconds), Native.MEMORY.getLong(nanos));
  }

  /** The flags of open(2). */
  static int openFlags(long fileInfo) {
    return Native.MEMORY.getInt(fileInfo + FLAGS);
  }

  /** Whether what is written comes from a mapped file, and the handle may be any of the file's. */
  static boolean isPageOfMapping(long fileInfo) {
    return Native.MEMORY.getInt(fileInfo + WRITE_PAGE) != 0;
  }

  static long handle(long fileInfo) {
    return Native.MEMORY.getLong(fileInfo + HANDLE);
  }

  static long lockOwner(long fileInfo) {
    return Native.MEMORY.getLong(fileInfo + LOCK_OWNER);
  }

  /**
   * What {@code struct flock} says, for the owner in the file's information.
   *
   * @throws DinofsException INVALID
   */
  static LockArguments lock(long fileInfo, long flock) throws DinofsException {
    long start = Native.MEMORY.getLong(flock + LOCK_START);
    long length = Native.MEMORY.getLong(flock + LOCK_LENGTH);
    long end = length == 0 ? Long.MAX_VALUE : start + length - 1;
    return LockArguments.posix(
        lockOwner(fileInfo),
        start,
        end,
        Native.MEMORY.getShort(flock + LOCK_TYPE),
        Native.MEMORY.getInt(flock + LOCK_PID));
  }
}
