package io.dinofs.model;

import java.util.Optional;

/** What others may do beside a lock. The number stands for it on the wire. */
public enum LockMode {
  /** Other shared locks go beside it: F_RDLCK, LOCK_SH. */
  SHARED(1),
  /** Nothing of another owner goes beside it: F_WRLCK, LOCK_EX. */
  EXCLUSIVE(2);

  private final byte number;

  LockMode(int number) {
    this.number = (byte) number;
  }

  /** The number on the wire. */
  public byte number() {
    return number;
  }

  /** The mode with {@code number}, or empty if there is none. */
  public static Optional<LockMode> ofNumber(byte number) {
    return switch (number) {
      case 1 -> Optional.of(SHARED);
      case 2 -> Optional.of(EXCLUSIVE);
      default -> Optional.empty();
    };
  }

  /** Whether locks of these modes on the same bytes, of two owners, exclude each other. */
  public boolean excludes(LockMode other) {
    return this == EXCLUSIVE || other == EXCLUSIVE;
  }
}
