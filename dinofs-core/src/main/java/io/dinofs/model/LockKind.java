package io.dinofs.model;

import java.util.Optional;

/**
 * The two kinds of advisory locks; as on Linux, a lock of one kind is never in the way of one of
 * the other. The number stands for it on the wire.
 */
public enum LockKind {
  /** Of a process (or an open file description) on a range: fcntl(2), F_SETLK and F_OFD_SETLK. */
  POSIX(1),
  /** Of an open file description on the whole file: flock(2). */
  FLOCK(2);

  private final byte number;

  LockKind(int number) {
    this.number = (byte) number;
  }

  /** The number on the wire. */
  public byte number() {
    return number;
  }

  /** The kind with {@code number}, or empty if there is none. */
  public static Optional<LockKind> ofNumber(byte number) {
    return switch (number) {
      case 1 -> Optional.of(POSIX);
      case 2 -> Optional.of(FLOCK);
      default -> Optional.empty();
    };
  }
}
