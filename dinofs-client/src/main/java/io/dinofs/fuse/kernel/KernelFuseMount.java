package io.dinofs.fuse.kernel;

import io.dinofs.fuse.FuseMount;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountPoint;
import io.dinofs.fuse.MountSystem;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileSystem;

/** Mounts a volume through the kernel's own protocol. */
public final class KernelFuseMount {
  private KernelFuseMount() {}

  /**
   * Mounts {@code files}. When it returns the mount is usable. Does not close {@code files}.
   *
   * @throws DinofsException NOT_SUPPORTED if this machine, or its kernel, cannot do it;
   *     NOT_PERMITTED, IO
   */
  public static FuseMount mount(
      FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
      throws DinofsException {
    FuseDevice device = KernelMounting.mount(mountPoint.path(), options);
    LookupCounts lookups = new LookupCounts();
    KernelCaches caches = KernelCaches.of(files, new DeviceNotifications(device), lookups);
    Connection connection = new Connection(files, caches.policy(), lookups);
    Runnable atEnd =
        () -> {
          caches.close();
          connection.end();
          connection.interruptions().close();
          device.close();
        };
    try {
      RequestThreads threads =
          new RequestThreads(() -> new Exchange(connection, device.another()), atEnd);
      threads.start();
      awaitInitialized(connection, mountPoint);
      caches.start();
      return new FuseMount(mountPoint, system, threads);
    } catch (DinofsException e) {
      system.detach(mountPoint.path());
      throw e;
    }
  }

  private static void awaitInitialized(Connection connection, MountPoint mountPoint)
      throws DinofsException {
    try {
      connection.init().await(FuseMount.FIRST_REQUEST_LIMIT);
    } catch (DinofsException e) {
      throw new DinofsException(
          e.kind(), "cannot mount on " + mountPoint.path() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while mounting", e);
    }
  }
}
