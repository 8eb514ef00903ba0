package io.dinofs.vfs;

/**
 * Who asks: the process behind a system call.
 *
 * @param uid effective user, unsigned 32 bits
 * @param gid effective group, unsigned 32 bits
 * @param pid to look up supplementary groups when they are needed; 0 if unknown
 * @param umask applied to the mode of what is created; 0 if the kernel has applied it already
 */
public record Caller(int uid, int gid, int pid, int umask) {
  /** The super-user, without a process. */
  public static final Caller ROOT = new Caller(0, 0, 0, 0);

  public boolean isRoot() {
    return uid == 0;
  }
}
