package io.dinofs.client;

import java.time.Duration;
import java.util.Locale;

/** Times as people write them. */
final class Durations {
  private Durations() {}

  /**
   * @param text a number with s, m, h or d behind it
   * @throws IllegalArgumentException if it is not that, or not positive, or too large
   */
  static Duration parse(String text) {
    String stripped = text.strip().toLowerCase(Locale.ROOT);
    if (stripped.length() > 1) {
      long unitSeconds =
          switch (stripped.charAt(stripped.length() - 1)) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            default -> 0;
          };
      try {
        long count = Long.parseLong(stripped.substring(0, stripped.length() - 1));
        long seconds = Math.multiplyExact(count, unitSeconds);
        if (seconds > 0) {
          return Duration.ofSeconds(seconds);
        }
      } catch (ArithmeticException | NumberFormatException e) {
        throw new IllegalArgumentException("not a time such as 90s, 10m, 12h or 7d: " + text, e);
      }
    }
    throw new IllegalArgumentException("not a time such as 90s, 10m, 12h or 7d: " + text);
  }
}
