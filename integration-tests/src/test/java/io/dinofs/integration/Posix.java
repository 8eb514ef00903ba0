package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jnr.constants.platform.Errno;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;

/**
 * System calls with paths as bytes.
 *
 * <p>Like the kernel, calls return what they have to say, at least 0, or an error number as a
 * negative number; {@link #must} turns that into an exception. Safe for any number of threads.
 */
final class Posix {
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_TRUNC = 01000;
  static final int O_APPEND = 02000;
  static final int O_NONBLOCK = 04000;
  private static final int O_DIRECTORY =
      System.getProperty("os.arch").equals("aarch64") ? 040000 : 0200000;
  static final int XATTR_CREATE = 1;
  static final int XATTR_REPLACE = 2;
  static final long UTIME_NOW = (1L << 30) - 1;
  static final long UTIME_OMIT = (1L << 30) - 2;
  static final int SIGINT = 2;
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;
  static final int SIGCONT = 18;
  static final int SIGSTOP = 19;

  static final int LOCK_SH = 1;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;
  static final int LOCK_UN = 8;
  static final int F_GETLK = 5;
  static final int F_SETLK = 6;
  static final int F_SETLKW = 7;
  static final int F_OFD_SETLK = 37;
  static final int F_RDLCK = 0;
  static final int F_WRLCK = 1;
  static final int F_UNLCK = 2;

  private static final int FLOCK_BYTES = 32;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_BYTES = 256;
  private static final int PATH_MAX = 4096;
  private static final int XATTR_MAX = 65536;
  private static final int DIRECTORY_BUFFER = 32768;
  private static final byte[] EMPTY_PATH = {0};

  static final LibC C = LibraryLoader.create(LibC.class).load("c");
  static final Runtime RUNTIME = Runtime.getRuntime(C);

  private Posix() {}

  /**
   * A directory entry.
   *
   * @param type as in {@code d_type}
   * @param next the place behind it, for lseek(2)
   */
  record Entry(Bytes name, long inode, int type, long next) {}

  /** Hands a result on that is no error. */
  static long must(long result) throws IOException {
    if (result < 0) {
      throw new IOException(describe(result));
    }
    return result;
  }

  /** {@code ENOENT}, or the number if it is no error. */
  static String describe(long result) {
    return result < 0 ? Errno.valueOf(-result).name() : Long.toString(result);
  }

  static long error(Errno errno) {
    return -errno.longValue();
  }

  static long open(FilePath path, int flags, int mode) {
    return result(C.open(path.toC(), flags, mode));
  }

  static long open(FilePath path, int flags) {
    return open(path, flags, 0);
  }

  static long close(long fd) {
    return result(C.close((int) fd));
  }

  static long pwrite(long fd, byte[] bytes, long offset) {
    return result(C.pwrite((int) fd, direct(bytes), bytes.length, offset));
  }

  static long write(long fd, byte[] bytes) {
    return result(C.write((int) fd, direct(bytes), bytes.length));
  }

  /** Reads into {@code target}, which gets the position behind what was read. */
  static long pread(long fd, ByteBuffer target, long offset) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(target.remaining());
    long count = result(C.pread((int) fd, buffer, buffer.capacity(), offset));
    if (count > 0) {
      target.put(buffer.limit((int) count));
    }
    return count;
  }

  static long fsync(long fd) {
    return result(C.fsync((int) fd));
  }

  static long flock(long fd, int operation) {
    return result(C.flock((int) fd, operation));
  }

  /**
   * A lock of fcntl(2).
   *
   * @param command F_SETLK and its like
   * @param type F_WRLCK and its like
   * @param length 0: to the end of the file and all that is added
   */
  static long lock(long fd, int command, int type, long start, long length) {
    return lock(fd, command, lockOf(type, start, length));
  }

  /** As fcntl(2) with a {@link #lockOf}, which F_GETLK changes. */
  static long lock(long fd, int command, ByteBuffer flock) {
    return result(C.fcntl((int) fd, command, flock));
  }

  /** {@code struct flock}: type, start at byte 8, length at 16, process at 24. */
  static ByteBuffer lockOf(int type, long start, long length) {
    ByteBuffer flock = ByteBuffer.allocateDirect(FLOCK_BYTES).order(ByteOrder.nativeOrder());
    return flock.putShort(0, (short) type).putLong(8, start).putLong(16, length);
  }

  static long ftruncate(long fd, long length) {
    return result(C.ftruncate((int) fd, length));
  }

  static long truncate(FilePath path, long length) {
    return result(C.truncate(path.toC(), length));
  }

  static long mkdir(FilePath path, int mode) {
    return result(C.mkdir(path.toC(), mode));
  }

  static long rmdir(FilePath path) {
    return result(C.rmdir(path.toC()));
  }

  static long unlink(FilePath path) {
    return result(C.unlink(path.toC()));
  }

  static long rename(FilePath from, FilePath to) {
    return result(C.rename(from.toC(), to.toC()));
  }

  static long link(FilePath existing, FilePath name) {
    return result(C.link(existing.toC(), name.toC()));
  }

  static long symlink(Bytes target, FilePath name) {
    return result(C.symlink(FilePath.toC(target), name.toC()));
  }

  /** Puts the target into {@code target}. */
  static long readlink(FilePath path, List<Bytes> target) {
    byte[] buffer = new byte[PATH_MAX];
    long length = result(C.readlink(path.toC(), buffer, buffer.length));
    if (length >= 0) {
      target.add(Bytes.wrap(Arrays.copyOf(buffer, (int) length)));
    }
    return length;
  }

  static long mknod(FilePath path, int mode, int major, int minor) {
    return result(C.mknod(path.toC(), mode, makeDevice(major, minor)));
  }

  static long chmod(FilePath path, int mode) {
    return result(C.chmod(path.toC(), mode));
  }

  static long chown(FilePath path, int uid, int gid) {
    return result(C.chown(path.toC(), uid, gid));
  }

  static long lchown(FilePath path, int uid, int gid) {
    return result(C.lchown(path.toC(), uid, gid));
  }

  /**
   * Does not follow symbolic links.
   *
   * @param times seconds and nanoseconds of atime and of mtime; {@link #UTIME_NOW} and {@link
   *     #UTIME_OMIT} as nanoseconds
   */
  static long utimens(FilePath path, long... times) {
    return result(C.utimensat(AT_FDCWD, path.toC(), times, AT_SYMLINK_NOFOLLOW));
  }

  static long setXattr(FilePath path, String name, byte[] value, int flags) {
    return result(
        C.lsetxattr(path.toC(), FilePath.toC(Bytes.utf8(name)), value, value.length, flags));
  }

  /** Puts the value into {@code value}. */
  static long getXattr(FilePath path, String name, List<Bytes> value) {
    byte[] buffer = new byte[XATTR_MAX];
    long length =
        result(C.lgetxattr(path.toC(), FilePath.toC(Bytes.utf8(name)), buffer, buffer.length));
    if (length >= 0) {
      value.add(Bytes.wrap(Arrays.copyOf(buffer, (int) length)));
    }
    return length;
  }

  /**
   * Puts the names into {@code names}, in no order; what getxattr says with a buffer of {@code
   * size} bytes.
   */
  static long listXattrs(FilePath path, List<String> names, int size) {
    byte[] buffer = new byte[size];
    long length = result(C.llistxattr(path.toC(), buffer, buffer.length));
    if (length > 0 && size > 0) {
      String text = FilePath.latin1(Bytes.wrap(Arrays.copyOf(buffer, (int) length - 1)));
      names.addAll(Arrays.asList(text.split("\0", -1)));
    }
    return length;
  }

  static long listXattrs(FilePath path, List<String> names) {
    return listXattrs(path, names, XATTR_MAX);
  }

  static long removeXattr(FilePath path, String name) {
    return result(C.lremovexattr(path.toC(), FilePath.toC(Bytes.utf8(name))));
  }

  /** Puts the status of what {@code path} itself is, a symbolic link too, into {@code status}. */
  static long lstat(FilePath path, List<FileStatus> status) {
    return statx(AT_FDCWD, path.toC(), AT_SYMLINK_NOFOLLOW, status);
  }

  /** Follows symbolic links. */
  static long stat(FilePath path, List<FileStatus> status) {
    return statx(AT_FDCWD, path.toC(), 0, status);
  }

  static long fstat(long fd, List<FileStatus> status) {
    return statx((int) fd, EMPTY_PATH, AT_EMPTY_PATH, status);
  }

  static FileStatus lstat(FilePath path) throws IOException {
    List<FileStatus> status = new ArrayList<>();
    long result = lstat(path, status);
    if (result < 0) {
      throw new IOException("lstat " + path + ": " + describe(result));
    }
    return status.get(0);
  }

  static FileStatus fstat(long fd) throws IOException {
    List<FileStatus> status = new ArrayList<>();
    must(fstat(fd, status));
    return status.get(0);
  }

  /** Puts all entries, "." and ".." too, into {@code entries}. */
  static long readDirectory(FilePath path, List<Entry> entries) {
    long fd = open(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) {
      return fd;
    }
    long result;
    do {
      result = readEntries(fd, entries, DIRECTORY_BUFFER);
    } while (result > 0);
    close(fd);
    return result;
  }

  /**
   * Adds the entries that fit into {@code bufferBytes} to {@code entries}: getdents64(2); 0 at the
   * end.
   */
  static long readEntries(long fd, List<Entry> entries, int bufferBytes) {
    byte[] bytes = new byte[bufferBytes];
    long length = result(C.getdents64((int) fd, bytes, bytes.length));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (int at = 0; at < length; at += buffer.getShort(at + 16)) {
      int nameAt = at + 19;
      int end = nameAt;
      while (bytes[end] != 0) {
        end++;
      }
      Bytes name = Bytes.wrap(Arrays.copyOfRange(bytes, nameAt, end));
      entries.add(new Entry(name, buffer.getLong(at), bytes[at + 18], buffer.getLong(at + 8)));
    }
    return length;
  }

  static int umask(int mask) {
    return C.umask(mask);
  }

  static boolean isRoot() {
    return C.geteuid() == 0;
  }

  /** Whom the kernel takes the calling thread for where files are concerned: setfsuid(2). */
  static void actAs(int uid, int gid) {
    if (uid == 0) {
      C.setfsuid(uid);
      C.setfsgid(gid);
    } else {
      C.setfsgid(gid);
      C.setfsuid(uid);
    }
  }

  static void kill(long pid, int signal) throws IOException {
    must(result(C.kill((int) pid, signal)));
  }

  /** What the C library returned, or the error number. */
  static long result(long returned) {
    return returned >= 0 ? returned : -LastError.getLastError(RUNTIME);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  /** As makedev(3) of glibc. */
  private static long makeDevice(long major, long minor) {
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
  }

  /** Offsets as in linux/stat.h. */
  private static long statx(int directory, byte[] path, int flags, List<FileStatus> status) {
    byte[] result = new byte[STATX_BYTES];
    long returned = result(C.statx(directory, path, flags, STATX_BASIC_STATS, result));
    if (returned < 0) {
      return returned;
    }
    ByteBuffer stat = ByteBuffer.wrap(result).order(ByteOrder.nativeOrder());
    status.add(
        new FileStatus(
            stat.getLong(32),
            Short.toUnsignedInt(stat.getShort(28)),
            stat.getInt(20),
            stat.getInt(24),
            stat.getInt(16),
            stat.getLong(40),
            Integer.toUnsignedLong(stat.getInt(128)) << 32
                | Integer.toUnsignedLong(stat.getInt(132)),
            nanos(stat, 64),
            nanos(stat, 112),
            nanos(stat, 96)));
    return 0;
  }

  private static long nanos(ByteBuffer stat, int offset) {
    return stat.getLong(offset) * 1_000_000_000 + stat.getInt(offset + 8);
  }
}
