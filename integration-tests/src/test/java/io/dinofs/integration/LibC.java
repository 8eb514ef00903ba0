package io.dinofs.integration;

import java.nio.ByteBuffer;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/**
 * Functions of the C library, named as there; public because jnr-ffi implements it. 64-bit Linux.
 */
public interface LibC {
  int open(@In byte[] path, int flags, int mode);

  int close(int fd);

  long pread(int fd, @Out ByteBuffer buffer, long count, long offset);

  long pwrite(int fd, @In ByteBuffer buffer, long count, long offset);

  long read(int fd, @Out ByteBuffer buffer, long count);

  long write(int fd, @In ByteBuffer buffer, long count);

  int fsync(int fd);

  int flock(int fd, int operation);

  int fcntl(int fd, int command, @In @Out ByteBuffer flock);

  int ftruncate(int fd, long length);

  int truncate(@In byte[] path, long length);

  int mkdir(@In byte[] path, int mode);

  int rmdir(@In byte[] path);

  int unlink(@In byte[] path);

  int rename(@In byte[] from, @In byte[] to);

  int link(@In byte[] existing, @In byte[] name);

  int symlink(@In byte[] target, @In byte[] name);

  long readlink(@In byte[] path, @Out byte[] target, long size);

  int mknod(@In byte[] path, int mode, long device);

  int chmod(@In byte[] path, int mode);

  int chown(@In byte[] path, int uid, int gid);

  int lchown(@In byte[] path, int uid, int gid);

  int utimensat(int directory, @In byte[] path, @In long[] times, int flags);

  int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long size, int flags);

  long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long size);

  long llistxattr(@In byte[] path, @Out byte[] names, long size);

  int lremovexattr(@In byte[] path, @In byte[] name);

  int statx(int directory, @In byte[] path, int flags, int mask, @Out byte[] result);

  long getdents64(int fd, @Out byte[] entries, long size);

  int fallocate(int fd, int mode, long offset, long length);

  long lseek(int fd, long offset, int whence);

  long copy_file_range(
      int from, @In ByteBuffer fromOffset, int to, @In ByteBuffer toOffset, long length, int flags);

  int renameat2(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to, int flags);

  int linkat(int fromDirectory, @In byte[] from, int toDirectory, @In byte[] to, int flags);

  long readv(int fd, Pointer vector, int count);

  long pwritev2(int fd, Pointer vector, int count, long offset, int flags);

  int umask(int mask);

  int setfsuid(int uid);

  int setfsgid(int gid);

  int geteuid();

  int kill(int pid, int signal);
}
