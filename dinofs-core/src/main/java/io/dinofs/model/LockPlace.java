package io.dinofs.model;

import java.util.Objects;

/**
 * Whose lock, and on what.
 *
 * @param range {@link LockRange#ALL} for {@link LockKind#FLOCK}
 */
public record LockPlace(InodeId inode, LockKind kind, LockOwner owner, LockRange range) {
  public LockPlace {
    Objects.requireNonNull(inode);
    Objects.requireNonNull(owner);
    if (kind == LockKind.FLOCK && !range.equals(LockRange.ALL)) {
      throw new IllegalArgumentException("flock on " + range);
    }
  }

  /** All of the file that {@code owner} may have locked. */
  public static LockPlace everything(InodeId inode, LockKind kind, LockOwner owner) {
    return new LockPlace(inode, kind, owner, LockRange.ALL);
  }
}
