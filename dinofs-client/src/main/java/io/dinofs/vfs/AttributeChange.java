package io.dinofs.vfs;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The attributes that a caller wants changed; what is empty stays.
 *
 * @param mode the twelve permission bits
 * @param size bytes, for regular files
 * @param privileges what a new size does to them; chown(2) always drops them
 */
public record AttributeChange(
    OptionalInt mode,
    OptionalInt uid,
    OptionalInt gid,
    OptionalLong size,
    Optional<TimeChange> atime,
    Optional<TimeChange> mtime,
    Privileges privileges) {

  public static final AttributeChange NONE =
      new AttributeChange(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty(),
          Privileges.KEEP);

  /** A chown(2) that names neither user nor group: it drops privileges, whoever calls it. */
  public static final AttributeChange SAME_OWNERS = NONE.withPrivileges(Privileges.DROP);

  /** A new time: see utimensat(2). */
  public sealed interface TimeChange {}

  /** The time of the change itself: UTIME_NOW. */
  public record Now() implements TimeChange {}

  /** A given time. */
  public record At(Instant time) implements TimeChange {}

  public AttributeChange withMode(int value) {
    return new AttributeChange(OptionalInt.of(value), uid, gid, size, atime, mtime, privileges);
  }

  public AttributeChange withUid(int value) {
    return new AttributeChange(mode, OptionalInt.of(value), gid, size, atime, mtime, privileges);
  }

  public AttributeChange withGid(int value) {
    return new AttributeChange(mode, uid, OptionalInt.of(value), size, atime, mtime, privileges);
  }

  public AttributeChange withSize(long value) {
    return new AttributeChange(mode, uid, gid, OptionalLong.of(value), atime, mtime, privileges);
  }

  public AttributeChange withAtime(TimeChange value) {
    return new AttributeChange(mode, uid, gid, size, Optional.of(value), mtime, privileges);
  }

  public AttributeChange withMtime(TimeChange value) {
    return new AttributeChange(mode, uid, gid, size, atime, Optional.of(value), privileges);
  }

  public AttributeChange withPrivileges(Privileges value) {
    return new AttributeChange(mode, uid, gid, size, atime, mtime, value);
  }

  boolean isChown() {
    return uid.isPresent() || gid.isPresent() || equals(SAME_OWNERS);
  }
}
