package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountTable;
import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connects a device with a directory: by mount(2) as root, through fusermount3 as anyone else. */
final class KernelMounting {
  private static final int MS_RDONLY = 1;
  private static final int MS_NOSUID = 2;
  private static final int MS_NODEV = 4;

  private KernelMounting() {}

  /**
   * Mounts on {@code directory}.
   *
   * @return the device; closing it ends the mount
   * @throws DinofsException NOT_SUPPORTED if this machine has no FUSE, or no fusermount3;
   *     NOT_PERMITTED, IO
   */
  static FuseDevice mount(Path directory, MountOptions options) throws DinofsException {
    return LinuxProcess.isRoot()
        ? mountAsRoot(directory, options)
        : FuseDevice.of(FusermountHelper.mount(directory, forHelper(options)));
  }

  private static FuseDevice mountAsRoot(Path directory, MountOptions options)
      throws DinofsException {
    FuseDevice device = FuseDevice.open();
    int result =
        Native.LIBC.mount(
            Native.cString(options.source()),
            Native.cString(directory),
            Native.cString(MountTable.DINOFS_TYPE),
            MS_NOSUID | MS_NODEV | (options.readOnly() ? MS_RDONLY : 0),
            Native.cString(String.join(",", forKernel(device.fd(), options))));
    if (result != 0) {
      int errno = Native.errno();
      device.close();
      ErrorKind kind =
          switch (errno) {
            case Errno.EPERM -> ErrorKind.NOT_PERMITTED;
            case Errno.ENODEV -> ErrorKind.NOT_SUPPORTED;
            default -> ErrorKind.IO;
          };
      throw new DinofsException(kind, "cannot mount on " + directory + ": errno " + errno);
    }
    return device;
  }

  /** The root directory's type and, for the checks without allow_other, the owner of the mount. */
  private static List<String> forKernel(int fd, MountOptions options) {
    List<String> all = new ArrayList<>(List.of("fd=" + fd, "rootmode=40000"));
    all.addAll(List.of("user_id=0", "group_id=0"));
    all.addAll(common(options));
    return all;
  }

  private static String forHelper(MountOptions options) {
    List<String> all = new ArrayList<>();
    all.add("fsname=" + MountOptions.escape(options.source()));
    all.add("subtype=dinofs");
    all.addAll(common(options));
    if (options.readOnly()) {
      all.add("ro");
    }
    return String.join(",", all);
  }

  private static List<String> common(MountOptions options) {
    List<String> all = new ArrayList<>();
    if (options.squash().isNone()) {
      all.add("default_permissions");
    }
    all.add("max_read=" + Connection.MAX_REQUEST_BYTES);
    if (options.allowOther()) {
      all.add("allow_other");
    }
    return all;
  }
}
