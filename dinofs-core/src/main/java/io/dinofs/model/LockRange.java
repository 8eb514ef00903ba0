package io.dinofs.model;

/**
 * A range of bytes of a file, which may lie behind its end.
 *
 * @param start the first byte, from 0
 * @param end the last byte, not before the first; {@link Long#MAX_VALUE} for all that ever follow
 */
public record LockRange(long start, long end) {
  /** The whole file, however long. */
  public static final LockRange ALL = new LockRange(0, Long.MAX_VALUE);

  public LockRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("a range from " + start + " to " + end);
    }
  }

  public boolean overlaps(LockRange other) {
    return start <= other.end && other.start <= end;
  }

  /** Whether {@code other} begins with the byte behind this. */
  public boolean isFollowedBy(LockRange other) {
    return end != Long.MAX_VALUE && end + 1 == other.start;
  }

  @Override
  public String toString() {
    return "[" + start + ", " + end + "]";
  }
}
