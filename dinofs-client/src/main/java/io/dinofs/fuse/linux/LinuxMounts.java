package io.dinofs.fuse.linux;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.MountSystem;
import io.dinofs.fuse.MountTable;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Mounts of Linux: umount2(2) for root, and fusermount(1), which is setuid, for everyone else. */
public final class LinuxMounts implements MountSystem {
  private static final int MNT_DETACH = 2;
  private static final int STATFS_BYTES = 256;
  private static final int FUSERMOUNT_LIMIT_SECONDS = 10;

  /** libfuse 2's and libfuse 3's. */
  private static final List<String> FUSERMOUNTS = List.of("fusermount", "fusermount3");

  @Override
  public MountTable mounts() throws DinofsException {
    try {
      return MountTable.read();
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot read the table of mounts", e);
    }
  }

  @Override
  public boolean isDead(Path mountPoint) {
    int result = Native.LIBC.statfs(Native.cString(mountPoint), new byte[STATFS_BYTES]);
    return result != 0 && Native.errno() == Errno.ENOTCONN;
  }

  @Override
  public void unmount(Path mountPoint) throws DinofsException {
    unmount(mountPoint, 0);
  }

  @Override
  public void detach(Path mountPoint) throws DinofsException {
    unmount(mountPoint, MNT_DETACH);
  }

  private void unmount(Path mountPoint, int flags) throws DinofsException {
    if (!LinuxProcess.isRoot()) {
      fusermount(mountPoint, flags == MNT_DETACH);
    } else if (Native.LIBC.umount2(Native.cString(mountPoint), flags) != 0) {
      int errno = Native.errno();
      ErrorKind kind = errno == Errno.EBUSY ? ErrorKind.BUSY : ErrorKind.IO;
      throw failure(kind, mountPoint, "errno " + errno);
    }
  }

  private void fusermount(Path mountPoint, boolean lazily) throws DinofsException {
    IOException missing = null;
    for (String program : FUSERMOUNTS) {
      List<String> command = new ArrayList<>(List.of(program, "-u", "-q"));
      if (lazily) {
        command.add("-z");
      }
      command.add("--");
      command.add(mountPoint.toString());
      try {
        run(command, mountPoint);
        return;
      } catch (DinofsException e) {
        throw e;
      } catch (IOException e) {
        missing = e;
      }
    }
    throw new DinofsException(
        ErrorKind.NOT_SUPPORTED, "cannot unmount " + mountPoint + ": no fusermount", missing);
  }

  private void run(List<String> command, Path mountPoint) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(FUSERMOUNT_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw failure(ErrorKind.IO, mountPoint, "fusermount does not return");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure(ErrorKind.INTERRUPTED, mountPoint, "interrupted");
    }
    if (process.exitValue() != 0) {
      boolean mounted = mounts().at(mountPoint).isPresent();
      String reason = mounted ? "it is in use" : "nothing is mounted there";
      throw failure(mounted ? ErrorKind.BUSY : ErrorKind.IO, mountPoint, reason);
    }
  }

  private static DinofsException failure(ErrorKind kind, Path mountPoint, String reason) {
    return new DinofsException(kind, "cannot unmount " + mountPoint + ": " + reason);
  }
}
