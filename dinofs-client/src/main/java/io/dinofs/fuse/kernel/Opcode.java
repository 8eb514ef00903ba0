package io.dinofs.fuse.kernel;

import java.util.Locale;

/**
 * What the kernel asks for: {@code enum fuse_opcode}, as far as dinofs knows it.
 *
 * <p>Of each, how many bytes its request has at least between the header and names or data.
 */
enum Opcode {
  LOOKUP(1, 0),
  FORGET(2, 8),
  GETATTR(3, 16),
  SETATTR(4, 88),
  READLINK(5, 0),
  SYMLINK(6, 0),
  MKNOD(8, 16),
  MKDIR(9, 8),
  UNLINK(10, 0),
  RMDIR(11, 0),
  RENAME(12, 8),
  LINK(13, 8),
  OPEN(14, 8),
  READ(15, 40),
  WRITE(16, 40),
  STATFS(17, 0),
  RELEASE(18, 24),
  FSYNC(20, 16),
  SETXATTR(21, 8),
  GETXATTR(22, 8),
  LISTXATTR(23, 8),
  REMOVEXATTR(24, 0),
  FLUSH(25, 24),
  INIT(26, 16),
  OPENDIR(27, 8),
  READDIR(28, 40),
  RELEASEDIR(29, 24),
  FSYNCDIR(30, 16),
  GETLK(31, 48),
  SETLK(32, 48),
  SETLKW(33, 48),
  ACCESS(34, 8),
  CREATE(35, 16),
  INTERRUPT(36, 8),
  BMAP(37, 16),
  DESTROY(38, 0),
  IOCTL(39, 32),
  POLL(40, 24),
  NOTIFY_REPLY(41, 40),
  BATCH_FORGET(42, 8),
  FALLOCATE(43, 32),
  READDIRPLUS(44, 40),
  RENAME2(45, 16),
  LSEEK(46, 24),
  COPY_FILE_RANGE(47, 56),
  TMPFILE(51, 16),
  STATX(52, 24),
  COPY_FILE_RANGE_64(53, 56);

  private static final Opcode[] BY_NUMBER = new Opcode[64];

  static {
    for (Opcode each : values()) {
      BY_NUMBER[each.number] = each;
    }
  }

  private final int number;
  private final int fixedBytes;
  private final String logName = name().toLowerCase(Locale.ROOT);

  Opcode(int number, int fixedBytes) {
    this.number = number;
    this.fixedBytes = fixedBytes;
  }

  /** The one with {@code number}, or null if dinofs does not know it. */
  static Opcode of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  int number() {
    return number;
  }

  int fixedBytes() {
    return fixedBytes;
  }

  /** What the log calls it. */
  String logName() {
    return logName;
  }

  /** Whether the kernel waits for an answer; it refuses one that it does not wait for. */
  boolean isAnswered() {
    return switch (this) {
      case FORGET, BATCH_FORGET, INTERRUPT, NOTIFY_REPLY -> false;
      default -> true;
    };
  }
}
