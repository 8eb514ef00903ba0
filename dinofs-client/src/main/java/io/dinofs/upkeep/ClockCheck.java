package io.dinofs.upkeep;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Refuses to go on by clocks that disagree: the age of a blob is told by the blob server's clock,
 * and one that has jumped makes everything look old.
 */
public final class ClockCheck {
  private static final Duration TOLERANCE = Duration.ofMinutes(2);

  private final Supplier<Instant> own;

  /**
   * @param own the clock of this machine
   */
  public ClockCheck(Supplier<Instant> own) {
    this.own = own;
  }

  /**
   * @param who whose clock it is, for people
   * @param now what it shows
   * @throws DinofsException INVALID if it is far from what the clock of this machine shows
   */
  public void require(String who, Instant now) throws DinofsException {
    Duration difference = Duration.between(own.get(), now);
    if (difference.abs().compareTo(TOLERANCE) > 0) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "the clock of the %s and of this machine are %d s apart; one of them is wrong, so it is not known how old anything is"
              .formatted(who, difference.abs().toSeconds()));
    }
  }
}
