package io.dinofs.fuse.linux;

/**
 * What is used of the C library: see the man page of each. Addresses are longs.
 *
 * <p>Public because the code that calls it is generated in another class loader.
 */
public interface LibC {
  long read(int fd, long buffer, long count);

  long write(int fd, long buffer, long count);

  /** The value of {@code offset} is the C library's 64-bit {@code off_t}. */
  long pwrite(int fd, long buffer, long count, long offset);

  int ftruncate(int fd, long length);

  @SuppressWarnings("checkstyle:MethodName")
  int memfd_create(byte[] name, int flags);

  int close(int fd);

  int open(byte[] path, int flags);

  int ioctl(int fd, long request, long argument);

  int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data);

  int umount2(byte[] target, int flags);

  int statfs(byte[] path, byte[] buffer);

  int socketpair(int domain, int type, int protocol, long descriptors);

  long recvmsg(int socket, long header, int flags);

  /** Returns an errno. */
  @SuppressWarnings("checkstyle:MethodName")
  int posix_spawnp(
      long pid, byte[] file, long actions, long attributes, long arguments, long environment);

  int waitpid(int pid, long status, int options);

  int setsid();

  int chdir(byte[] path);

  int geteuid();
}
