package io.dinofs.client;

import io.dinofs.fuse.FuseMount;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountPoint;
import io.dinofs.fuse.MountSystem;
import io.dinofs.fuse.Passthrough;
import io.dinofs.fuse.jnr.JnrFuseMount;
import io.dinofs.fuse.kernel.KernelFuseMount;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands between the kernel and the file system. */
enum Frontend {
  /** libfuse 2, called through jnr. */
  JNR {
    @Override
    FuseMount mount(
        FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
        throws DinofsException {
      if (options.passthrough() == Passthrough.ON) {
        throw new DinofsException(
            ErrorKind.NOT_SUPPORTED, "--passthrough on needs --fuse kernel: libfuse 2 has none");
      }
      return JnrFuseMount.mount(files, mountPoint, options, system);
    }
  },

  /** The kernel's protocol, without libfuse. */
  KERNEL {
    @Override
    FuseMount mount(
        FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
        throws DinofsException {
      return KernelFuseMount.mount(files, mountPoint, options, system);
    }
  },

  /** {@link #KERNEL} where it can mount, otherwise {@link #JNR}. */
  AUTO {
    @Override
    FuseMount mount(
        FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
        throws DinofsException {
      try {
        return KERNEL.mount(files, mountPoint, options, system);
      } catch (DinofsException e) {
        log.info("{}; mounting through libfuse", e.getMessage());
        return JNR.mount(files, mountPoint, options, system);
      }
    }
  };

  private static final Logger log = LoggerFactory.getLogger(Frontend.class);

  /**
   * Mounts {@code files}, which it does not close.
   *
   * @throws DinofsException NOT_SUPPORTED if this machine lacks what it needs; NOT_PERMITTED, IO
   */
  abstract FuseMount mount(
      FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
      throws DinofsException;
}
