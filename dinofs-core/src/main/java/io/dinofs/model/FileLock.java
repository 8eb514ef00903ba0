package io.dinofs.model;

import java.util.Objects;

/**
 * A lock that is held or wanted.
 *
 * @param pid the process that asked for it, for people and F_GETLK; 0 if unknown
 */
public record FileLock(LockPlace place, LockMode mode, int pid) {
  public FileLock {
    Objects.requireNonNull(place);
    Objects.requireNonNull(mode);
  }

  public InodeId inode() {
    return place.inode();
  }

  public LockOwner owner() {
    return place.owner();
  }

  public LockRange range() {
    return place.range();
  }

  /** Whether only one of both can be held. */
  public boolean conflictsWith(FileLock other) {
    return place.inode().equals(other.place.inode())
        && place.kind() == other.place.kind()
        && mode.excludes(other.mode)
        && !owner().equals(other.owner())
        && range().overlaps(other.range());
  }
}
