package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import java.nio.file.Path;

/** What has to be asked of the operating system about mounts, and Java cannot ask. */
public interface MountSystem {
  /** The mounts as they are now. */
  MountTable mounts() throws DinofsException;

  /**
   * Whether the file system at {@code mountPoint} has lost the process that served it: the kernel
   * answers ENOTCONN. Does not wait for a process that is only slow.
   */
  boolean isDead(Path mountPoint);

  /**
   * Unmounts what is mounted on {@code mountPoint}.
   *
   * @throws DinofsException BUSY if it is in use; NOT_PERMITTED, IO otherwise, or if nothing is
   *     mounted there
   */
  void unmount(Path mountPoint) throws DinofsException;

  /**
   * Takes what is mounted on {@code mountPoint} away from there at once; who uses it keeps it.
   *
   * @throws DinofsException NOT_PERMITTED, IO
   */
  void detach(Path mountPoint) throws DinofsException;
}
