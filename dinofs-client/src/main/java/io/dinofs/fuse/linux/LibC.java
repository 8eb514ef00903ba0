package io.dinofs.fuse.linux;

/**
 * What is used of the C library: see the man page of each. Addresses are longs.
 *
 * <p>Public because the code that calls it is generated in another class loader.
 */
public interface LibC {
  long read(int fd, long buffer, long count);

  long write(int fd, long buffer, long count);

  int close(int fd);

  int umount2(byte[] target, int flags);

  int statfs(byte[] path, byte[] buffer);

  int setsid();

  int chdir(byte[] path);

  int geteuid();
}
