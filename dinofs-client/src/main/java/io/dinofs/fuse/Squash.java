package io.dinofs.fuse;

import io.dinofs.vfs.Caller;

/**
 * Whose requests count as those of an anonymous user: root_squash and all_squash of exports(5).
 *
 * @param uid the anonymous user
 * @param gid its group
 */
public record Squash(Who who, int uid, int gid) {
  /** The user and the group that nobody is. */
  public static final int NOBODY = 65_534;

  /** Everybody is who the kernel says. */
  public static final Squash NONE = new Squash(Who.NONE, NOBODY, NOBODY);

  /** Who is taken for the anonymous user. */
  public enum Who {
    NONE,
    ROOT,
    ALL
  }

  public boolean isNone() {
    return who == Who.NONE;
  }

  /** Who {@code caller} counts as; an anonymous one is in no other group. */
  public Caller of(Caller caller) {
    return switch (who) {
      case NONE -> caller;
      case ALL -> new Caller(uid, gid, 0, caller.umask());
      case ROOT ->
          caller.isRoot()
              ? new Caller(uid, gid, 0, caller.umask())
              : caller.gid() == 0
                  ? new Caller(caller.uid(), gid, caller.pid(), caller.umask())
                  : caller;
    };
  }
}
