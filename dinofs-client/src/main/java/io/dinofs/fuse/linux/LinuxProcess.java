package io.dinofs.fuse.linux;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.file.Path;

/** This process as Linux sees it. */
public final class LinuxProcess {
  private LinuxProcess() {}

  /** Whether this is root: who may mount without help, and let others use the mount. */
  public static boolean isRoot() {
    return Native.LIBC.geteuid() == 0;
  }

  /**
   * Changes the working directory, which keeps the one it is in from being unmounted. Java goes on
   * resolving relative paths against the one that it was started in.
   *
   * @throws DinofsException IO
   */
  public static void changeDirectory(Path directory) throws DinofsException {
    if (Native.LIBC.chdir(Native.cString(directory)) != 0) {
      throw new DinofsException(
          ErrorKind.IO, "cannot change to " + directory + ": errno " + Native.errno());
    }
  }

  /**
   * Leaves the session of the terminal that this process was started from, so that it outlives it:
   * setsid(2).
   *
   * @throws DinofsException NOT_PERMITTED if this process leads a group
   */
  public static void startSession() throws DinofsException {
    if (Native.LIBC.setsid() < 0) {
      throw new DinofsException(ErrorKind.NOT_PERMITTED, "setsid: errno " + Native.errno());
    }
  }
}
