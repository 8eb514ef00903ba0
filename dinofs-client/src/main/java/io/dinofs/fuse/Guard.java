package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the kernel and every operation: whatever an operation throws becomes an errno, so
 * that no failure can look like a success.
 */
public final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  /** What the caller is not told the cause of. */
  private static final Set<ErrorKind> LOGGED =
      EnumSet.of(ErrorKind.IO, ErrorKind.CORRUPT, ErrorKind.PROTOCOL);

  private Guard() {}

  /** An operation that answers the kernel as the last thing it does. */
  @FunctionalInterface
  public interface Operation {
    void run() throws DinofsException;
  }

  /**
   * Runs {@code operation}. What it was not expected to throw is logged, with its name, and is EIO;
   * so is what nobody but the log can tell the cause of: failures of disks, damage, and answers
   * that are none.
   *
   * @param name what the log calls it
   * @return {@link Errno#OK} if it returned, otherwise the errno of what it threw
   */
  // Everything has to be caught here: above is native code, which takes a throwable for success.
  public static int run(String name, Operation operation) {
    try {
      operation.run();
      return Errno.OK;
    } catch (DinofsException e) {
      if (LOGGED.contains(e.kind())) {
        log.warn("{} failed: {} {}", name, e.kind(), e.getMessage());
      } else {
        log.debug("{} failed: {} {}", name, e.kind(), e.getMessage());
      }
      return Errno.of(e.kind());
    } catch (Throwable e) {
      log.error("{} failed unexpectedly, answered with EIO", name, e);
      return Errno.EIO;
    }
  }
}
