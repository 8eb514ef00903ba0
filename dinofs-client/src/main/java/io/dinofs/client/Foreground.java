package io.dinofs.client;

import io.dinofs.client.control.Control;
import io.dinofs.client.control.ControlSocket;
import io.dinofs.fuse.FuseMount;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountPoint;
import io.dinofs.fuse.linux.LinuxMounts;
import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mounts a volume and serves it in this process until the mount ends. */
final class Foreground {
  private static final Logger log = LoggerFactory.getLogger(Foreground.class);

  private final ClientSettings settings;
  private final Announcement announcement;
  private final Termination termination = new Termination();

  Foreground(ClientSettings settings, Announcement announcement) {
    this.settings = settings;
    this.announcement = announcement;
  }

  /** Returns the exit code when everything that was written is where it has to be. */
  int run() throws InterruptedException {
    termination.install();
    int exitCode = Main.FAILED;
    try {
      serve();
      exitCode = Main.OK;
    } catch (DinofsException e) {
      log.debug("failed", e);
      announcement.failed(e.getMessage());
    } catch (UnsatisfiedLinkError e) {
      log.debug("failed", e);
      announcement.failed(
          "native code cannot be loaded by way of "
              + System.getProperty("java.io.tmpdir")
              + ", which has to be writable and not mounted noexec; TMPDIR names another directory");
    } finally {
      termination.finished(exitCode);
    }
    return exitCode;
  }

  private void serve() throws DinofsException, InterruptedException {
    // Whoever sits in a directory keeps it from being unmounted.
    LinuxProcess.changeDirectory(Path.of("/"));
    LinuxMounts system = new LinuxMounts();
    MountPoint mountPoint = MountPoint.check(settings.mount(), system);
    refuseToHide(mountPoint, Path.of(System.getProperty("java.io.tmpdir")), "temporary directory");
    refuseToHide(mountPoint, settings.cache().root(), "cache directory");
    boolean allowOther = OtherUsers.allowed(settings);
    try (VolumeStores stores = VolumeStores.open(settings)) {
      MountOptions options =
          new MountOptions(
              "dinofs:" + stores.volume(),
              allowOther,
              stores.readOnly(),
              settings.passthrough(),
              settings.squash(),
              stores.observer());
      MountLinks links = MountLinks.ofUser();
      Control control = new Control(stores.files(), () -> stores.status(settings));
      try (ControlSocket socket =
          ControlSocket.open(stores.directory().resolve(ControlSocket.NAME), control)) {
        log.debug("answering at {}", socket);
        links.add(settings.mount(), stores.directory());
        termination.serve(
            () ->
                announced(
                    settings.fuse().mount(stores.files(), mountPoint, options, system), stores));
      } finally {
        links.remove(settings.mount());
      }
    }
    log.info("{} is unmounted and everything written is on the servers", settings.mount());
  }

  private FuseMount announced(FuseMount mount, VolumeStores stores) {
    String how =
        !stores.readOnly()
            ? ""
            : settings.readOnly() ? ", read-only" : ", read-only, as the token of this node is";
    announcement.usable("mounted volume " + stores.volume() + " on " + settings.mount() + how);
    return mount;
  }

  /** This process must never use a file of its own mount: it would wait for itself. */
  private void refuseToHide(MountPoint mountPoint, Path file, String what) throws DinofsException {
    if (mountPoint.covers(file)) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "cannot mount on %s: the %s %s is in it".formatted(settings.mount(), what, file));
    }
  }
}
