package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockRange;
import io.dinofs.vfs.FileLocks;
import java.util.Optional;

/**
 * What GETLK, SETLK and SETLKW ask for.
 *
 * @param mode empty to unlock
 */
public record LockArguments(
    LockKind kind, long owner, LockRange range, Optional<LockMode> mode, int pid) {
  // fcntl(2), as everywhere on Linux but on Alpha, PA-RISC and SPARC.
  public static final int READ_LOCK = 0;
  public static final int WRITE_LOCK = 1;
  public static final int UNLOCK = 2;

  /**
   * A lock of fcntl(2).
   *
   * @param end the last byte; the greatest offset for all that follow
   * @throws DinofsException INVALID
   */
  public static LockArguments posix(long owner, long start, long end, int type, int pid)
      throws DinofsException {
    if (start < 0 || end < start) {
      throw new DinofsException(ErrorKind.INVALID, "a lock from " + start + " to " + end);
    }
    return new LockArguments(LockKind.POSIX, owner, new LockRange(start, end), modeOf(type), pid);
  }

  /**
   * A lock of flock(2).
   *
   * @throws DinofsException INVALID
   */
  public static LockArguments flock(long owner, int type, int pid) throws DinofsException {
    return new LockArguments(LockKind.FLOCK, owner, LockRange.ALL, modeOf(type), pid);
  }

  private static Optional<LockMode> modeOf(int type) throws DinofsException {
    return switch (type) {
      case READ_LOCK -> Optional.of(LockMode.SHARED);
      case WRITE_LOCK -> Optional.of(LockMode.EXCLUSIVE);
      case UNLOCK -> Optional.empty();
      default -> throw new DinofsException(ErrorKind.INVALID, "a lock of type " + type);
    };
  }

  /**
   * The lock that is wanted.
   *
   * @throws DinofsException INVALID if none is: {@link #UNLOCK}
   */
  public FileLocks.Request request() throws DinofsException {
    LockMode wanted =
        mode.orElseThrow(() -> new DinofsException(ErrorKind.INVALID, "to unlock is no lock"));
    return new FileLocks.Request(kind, owner, range, wanted, pid);
  }
}
