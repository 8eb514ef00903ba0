package io.dinofs.fuse;

import java.time.Duration;

/**
 * For how long the kernel may take what an answer tells for true without asking again.
 *
 * @param seconds whole ones
 * @param nanos the rest, below a second
 */
public record Validity(long seconds, int nanos) {
  /** Not beyond the system call. */
  public static final Validity NONE = new Validity(0, 0);

  public static Validity of(Duration duration) {
    return new Validity(duration.getSeconds(), duration.getNano());
  }
}
