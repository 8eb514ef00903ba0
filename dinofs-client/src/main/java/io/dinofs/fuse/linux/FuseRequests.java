package io.dinofs.fuse.linux;

import io.dinofs.fuse.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests as the kernel hands them out. */
public final class FuseRequests {
  private static final Logger log = LoggerFactory.getLogger(FuseRequests.class);

  private FuseRequests() {}

  /**
   * Waits for a request on a descriptor of /dev/fuse.
   *
   * @param address where to put it, and {@code capacity} bytes from there
   * @return its length; 0 if the mount is gone
   */
  public static int read(int fd, long address, int capacity) {
    while (true) {
      long length = Native.LIBC.read(fd, address, capacity);
      if (length > 0) {
        return (int) length;
      }
      int errno = length == 0 ? Errno.ENODEV : Native.errno();
      switch (errno) {
        // ENOENT: the request was interrupted before it was read.
        case Errno.EINTR, Errno.EAGAIN, Errno.ENOENT -> {}
        case Errno.ENODEV, Errno.ECONNABORTED -> {
          return 0;
        }
        default -> {
          log.error("reading requests from the kernel fails with errno {}; giving up", errno);
          return 0;
        }
      }
    }
  }
}
