package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jnr.ffi.Pointer;

/** System calls beyond those that every Unix has; their results are those of {@link Posix}. */
final class LinuxCalls {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  static final int O_DIRECT = ARM ? 0200000 : 040000;
  static final int O_DSYNC = 010000;
  static final int O_SYNC = 04010000;
  static final int O_NOATIME = 01000000;
  static final int O_TMPFILE = 020000000 | (ARM ? 040000 : 0200000);
  static final int SEEK_SET = 0;
  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;
  static final int FALLOC_FL_KEEP_SIZE = 1;
  static final int FALLOC_FL_PUNCH_HOLE = 2;
  static final int FALLOC_FL_ZERO_RANGE = 16;
  static final int RENAME_EXCHANGE = 2;
  static final int RWF_APPEND = 16;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int VECTOR_BYTES = 16;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_BYTES = 256;
  private static final int STATX_BLOCKS_AT = 48;

  private LinuxCalls() {}

  static long fallocate(long fd, int mode, long offset, long length) {
    return Posix.result(Posix.C.fallocate((int) fd, mode, offset, length));
  }

  static long lseek(long fd, long offset, int whence) {
    return Posix.result(Posix.C.lseek((int) fd, offset, whence));
  }

  static long copyFileRange(long from, long fromOffset, long to, long toOffset, long length) {
    return Posix.result(
        Posix.C.copy_file_range(
            (int) from, offset(fromOffset), (int) to, offset(toOffset), length, 0));
  }

  /** {@code st_blocks}: units of 512 bytes. */
  static long blocks(FilePath path) throws IOException {
    byte[] status = new byte[STATX_BYTES];
    Posix.must(Posix.result(Posix.C.statx(AT_FDCWD, path.toC(), 0, STATX_BASIC_STATS, status)));
    return ByteBuffer.wrap(status).order(ByteOrder.nativeOrder()).getLong(STATX_BLOCKS_AT);
  }

  private static ByteBuffer offset(long value) {
    return ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder()).putLong(0, value);
  }

  static long exchange(FilePath one, FilePath other) {
    return Posix.result(
        Posix.C.renameat2(AT_FDCWD, one.toC(), AT_FDCWD, other.toC(), RENAME_EXCHANGE));
  }

  /** Gives a name to an open file, as open(2) shows for O_TMPFILE. */
  static long linkOpen(long fd, FilePath name) {
    byte[] opened = FilePath.toC(Bytes.utf8("/proc/self/fd/" + fd));
    return Posix.result(Posix.C.linkat(AT_FDCWD, opened, AT_FDCWD, name.toC(), AT_SYMLINK_FOLLOW));
  }

  /** Fills {@code parts} one after the other from where the descriptor stands. */
  static long readv(long fd, List<byte[]> parts) {
    Vector vector = Vector.of(parts);
    long result = Posix.result(Posix.C.readv((int) fd, vector.vector(), parts.size()));
    for (int i = 0; i < parts.size(); i++) {
      vector.parts().get(i).get(0, parts.get(i), 0, parts.get(i).length);
    }
    return result;
  }

  /**
   * @param offset -1: where the descriptor stands
   */
  static long pwritev2(long fd, List<byte[]> parts, long offset, int flags) {
    Vector vector = Vector.of(parts);
    return Posix.result(Posix.C.pwritev2((int) fd, vector.vector(), parts.size(), offset, flags));
  }

  /** An array of {@code struct iovec}, with what it points to. */
  private record Vector(Pointer vector, List<Pointer> parts) {
    static Vector of(List<byte[]> contents) {
      List<Pointer> parts = contents.stream().map(Vector::copy).toList();
      Pointer vector = allocate(VECTOR_BYTES * contents.size());
      for (int i = 0; i < contents.size(); i++) {
        vector.putLong((long) VECTOR_BYTES * i, parts.get(i).address());
        vector.putLong((long) VECTOR_BYTES * i + 8, contents.get(i).length);
      }
      return new Vector(vector, parts);
    }

    private static Pointer copy(byte[] bytes) {
      Pointer copy = allocate(bytes.length);
      copy.put(0, bytes, 0, bytes.length);
      return copy;
    }

    private static Pointer allocate(int bytes) {
      return Posix.RUNTIME.getMemoryManager().allocateDirect(bytes);
    }
  }
}
