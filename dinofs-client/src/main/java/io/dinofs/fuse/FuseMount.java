package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import java.time.Duration;

/** A mounted volume. Safe for any number of threads. */
public interface FuseMount {
  /** Waits until the kernel has let go of the mount and no request is under way. */
  void awaitEnd() throws InterruptedException;

  /**
   * As {@link #awaitEnd()}, for at most {@code limit}.
   *
   * @return whether it has ended
   */
  boolean awaitEnd(Duration limit) throws InterruptedException;

  /**
   * Unmounts, unless it is unmounted already.
   *
   * @return false if it is in use; then it has been taken away from its directory, and who uses it
   *     can go on until this process ends
   * @throws DinofsException NOT_PERMITTED, IO: it is still mounted
   */
  boolean unmount() throws DinofsException;
}
