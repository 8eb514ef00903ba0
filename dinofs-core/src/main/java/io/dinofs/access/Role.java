package io.dinofs.access;

import java.util.Locale;
import java.util.Optional;

/** What a node may do, each more than the one before. The number stands for it on the wire. */
public enum Role {
  /** Read, and be told of changes; shared locks. */
  READ_ONLY(1),
  /** Change files too. */
  NODE(2),
  /** Read a whole volume at once, list and delete blobs too. */
  ADMIN(3);

  private final byte number;

  Role(int number) {
    this.number = (byte) number;
  }

  /** The number on the wire. */
  public byte number() {
    return number;
  }

  /** The role with {@code number}, or empty if there is none. */
  public static Optional<Role> ofNumber(byte number) {
    for (Role role : values()) {
      if (role.number == number) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** The role that {@link #toString} has written, or empty if there is none. */
  static Optional<Role> parse(String text) {
    for (Role role : values()) {
      if (role.toString().equals(text)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** Whether who has this role may do what needs {@code needed}. */
  public boolean allows(Role needed) {
    return compareTo(needed) >= 0;
  }

  /** In lower case, with a hyphen. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
