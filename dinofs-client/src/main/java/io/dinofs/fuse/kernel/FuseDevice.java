package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.linux.FuseRequests;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A descriptor of /dev/fuse. */
final class FuseDevice implements Device, BackingFiles {
  static final Path PATH = Path.of("/dev/fuse");

  private static final Logger log = LoggerFactory.getLogger(FuseDevice.class);

  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 02000000;

  /** FUSE_DEV_IOC_CLONE: _IOR(229, 0, uint32_t). */
  private static final long CLONE = 0x8004e500L;

  /** FUSE_DEV_IOC_BACKING_OPEN: _IOW(229, 1, struct fuse_backing_map), of 16 bytes. */
  private static final long BACKING_OPEN = 0x4010e501L;

  /** FUSE_DEV_IOC_BACKING_CLOSE: _IOW(229, 2, uint32_t). */
  private static final long BACKING_CLOSE = 0x4004e502L;

  private static final int BACKING_MAP_BYTES = 16;

  private final int fd;
  private final boolean owned;
  private final AtomicInteger users = new AtomicInteger(1);

  private FuseDevice(int fd, boolean owned) {
    this.fd = fd;
    this.owned = owned;
  }

  /**
   * A new one, which is not connected to a mount.
   *
   * @throws DinofsException NOT_FOUND, ACCESS_DENIED
   */
  static FuseDevice open() throws DinofsException {
    int fd = Native.LIBC.open(Native.cString(PATH), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
      int errno = Native.errno();
      throw new DinofsException(
          errno == Errno.EACCES ? ErrorKind.ACCESS_DENIED : ErrorKind.NOT_FOUND,
          "cannot open " + PATH + ": errno " + errno);
    }
    return new FuseDevice(fd, true);
  }

  /** Takes over a descriptor that is connected to a mount. */
  static FuseDevice of(int fd) {
    return new FuseDevice(fd, true);
  }

  /**
   * Another way to the same mount, so that threads need not take turns in the kernel. An answer has
   * to go the way that its request came. Who may not open the device shares this one.
   */
  FuseDevice another() {
    int cloned = Native.LIBC.open(Native.cString(PATH), O_RDWR | O_CLOEXEC);
    if (cloned < 0) {
      return new FuseDevice(fd, false);
    }
    ByteBuffer original = Native.allocate(Integer.BYTES).putInt(0, fd);
    if (Native.LIBC.ioctl(cloned, CLONE, Native.addressOf(original)) != 0) {
      log.debug("a clone of the device is refused with errno {}", Native.errno());
      Native.LIBC.close(cloned);
      return new FuseDevice(fd, false);
    }
    return new FuseDevice(cloned, true);
  }

  int fd() {
    return fd;
  }

  @Override
  public int register(int file) throws DinofsException {
    ByteBuffer map = Native.allocate(BACKING_MAP_BYTES).putInt(0, file);
    int id = Native.LIBC.ioctl(fd, BACKING_OPEN, Native.addressOf(map));
    if (id <= 0) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "the kernel takes no backing file: errno " + Native.errno());
    }
    return id;
  }

  @Override
  public void unregister(int id) {
    ByteBuffer argument = Native.allocate(Integer.BYTES).putInt(0, id);
    if (Native.LIBC.ioctl(fd, BACKING_CLOSE, Native.addressOf(argument)) != 0) {
      log.debug("backing file {} cannot be taken back: errno {}", id, Native.errno());
    }
  }

  @Override
  public int read(NativeBuffer request) {
    return FuseRequests.read(fd, request.address(), request.capacity());
  }

  @Override
  public int write(NativeBuffer answer, int bytes) {
    return Native.LIBC.write(fd, answer.address(), bytes) == bytes ? Errno.OK : Native.errno();
  }

  @Override
  public Device retain() {
    users.incrementAndGet();
    return this;
  }

  @Override
  public void close() {
    if (users.decrementAndGet() == 0 && owned) {
      Native.LIBC.close(fd);
    }
  }
}
