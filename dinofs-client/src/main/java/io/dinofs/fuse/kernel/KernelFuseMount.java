package io.dinofs.fuse.kernel;

import io.dinofs.fuse.FuseMount;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountPoint;
import io.dinofs.fuse.MountSystem;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.fuse.linux.MemoryFile;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.VolumeFileSystem;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts a volume through the kernel's own protocol. */
public final class KernelFuseMount {
  private static final Logger log = LoggerFactory.getLogger(KernelFuseMount.class);

  private static final long TRIAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

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
    Passthrough wanted = options.passthroughHere();
    Optional<PassthroughFiles> passthrough = passthrough(files, device, wanted);
    StagedContents staged = passthrough.isPresent() ? passthrough.get() : StagedContents.NONE;
    KernelCaches caches =
        options.squash().isNone()
            ? KernelCaches.of(files, new DeviceNotifications(device), lookups, staged)
            : KernelCaches.none();
    Connection connection =
        new Connection(files, caches.policy(), lookups, passthrough, options.squash());
    Runnable atEnd =
        () -> {
          caches.close();
          connection.end();
          connection.interruptions().close();
          device.close();
        };
    try {
      RequestThreads threads =
          new RequestThreads(
              () -> new Exchange(connection, device.another()), atEnd, options.observer());
      threads.start();
      awaitInitialized(connection, mountPoint);
      if (wanted != Passthrough.OFF) {
        enable(connection, device, wanted, passthrough);
      }
      caches.start();
      return new FuseMount(mountPoint, system, threads);
    } catch (DinofsException e) {
      system.detach(mountPoint.path());
      throw e;
    }
  }

  /** Empty if there is to be none, or nobody would say what has changed. */
  private static Optional<PassthroughFiles> passthrough(
      FileSystem files, BackingFiles backing, Passthrough wanted) {
    return wanted != Passthrough.OFF && files instanceof VolumeFileSystem volume
        ? Optional.of(new PassthroughFiles(volume, backing))
        : Optional.empty();
  }

  private static void enable(
      Connection connection,
      BackingFiles backing,
      Passthrough wanted,
      Optional<PassthroughFiles> passthrough)
      throws DinofsException {
    try {
      if (!LinuxProcess.isRoot()) {
        throw new DinofsException(ErrorKind.NOT_SUPPORTED, "passthrough is for root only");
      }
      if (passthrough.isEmpty() || !connection.init().protocol().has(Protocol.PASSTHROUGH)) {
        throw new DinofsException(
            ErrorKind.NOT_SUPPORTED, "passthrough needs Linux 6.9 with CONFIG_FUSE_PASSTHROUGH");
      }
      tryOut(backing);
      passthrough.get().enable();
    } catch (DinofsException e) {
      if (wanted == Passthrough.ON) {
        throw e;
      }
      log.debug("no passthrough: {}", e.getMessage());
    }
  }

  /** The kernel may not have read yet what was agreed on, so it gets a little time. */
  private static void tryOut(BackingFiles backing) throws DinofsException {
    long end = System.nanoTime() + FuseMount.FIRST_REQUEST_LIMIT.toNanos();
    try (MemoryFile trial = MemoryFile.create("dinofs", 1)) {
      while (true) {
        try {
          backing.unregister(backing.register(trial.fd()));
          return;
        } catch (DinofsException e) {
          if (System.nanoTime() - end > 0) {
            throw e;
          }
          LockSupport.parkNanos(TRIAL_PAUSE_NANOS);
        }
      }
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
