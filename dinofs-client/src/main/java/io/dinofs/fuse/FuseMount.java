package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import java.time.Duration;

/** A mounted volume. Safe for any number of threads. */
public final class FuseMount {
  /** The kernel sends its first request when it mounts; this only has to be longer than a stall. */
  public static final Duration FIRST_REQUEST_LIMIT = Duration.ofSeconds(20);

  private final MountPoint mountPoint;
  private final MountSystem system;
  private final RequestThreads threads;

  /**
   * @param threads started; they serve the mount's requests
   */
  public FuseMount(MountPoint mountPoint, MountSystem system, RequestThreads threads) {
    this.mountPoint = mountPoint;
    this.system = system;
    this.threads = threads;
  }

  /** Waits until the kernel has let go of the mount and no request is under way. */
  public void awaitEnd() throws InterruptedException {
    threads.awaitEnd();
  }

  /**
   * As {@link #awaitEnd()}, for at most {@code limit}.
   *
   * @return whether it has ended
   */
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return threads.awaitEnd(limit);
  }

  /**
   * Unmounts, unless it is unmounted already.
   *
   * @return false if it is in use; then it has been taken away from its directory, and who uses it
   *     can go on until this process ends
   * @throws DinofsException NOT_PERMITTED, IO: it is still mounted
   */
  public boolean unmount() throws DinofsException {
    return threads.hasEnded() || mountPoint.unmount(system);
  }
}
