package io.dinofs.client;

import java.util.Locale;

/** Sizes as people write them. */
final class ByteSize {
  private static final String UNITS = "KMGT";

  private ByteSize() {}

  /**
   * @param text a number of bytes, or a number with K, M, G or T behind it, in powers of 1024
   * @throws IllegalArgumentException if it is not that, or not positive, or too large
   */
  static long parse(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    int unit = upper.isEmpty() ? -1 : UNITS.indexOf(upper.charAt(upper.length() - 1));
    String digits = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
    try {
      long bytes = Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1)));
      if (bytes > 0) {
        return bytes;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("not a size: " + text, e);
    }
    throw new IllegalArgumentException("a size is more than nothing: " + text);
  }

  /** A size for people, such as {@code 1.5 GiB}. */
  static String format(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int unit = Math.min(UNITS.length(), (63 - Long.numberOfLeadingZeros(bytes)) / 10);
    return String.format(
        Locale.ROOT, "%.1f %siB", (double) bytes / (1L << (10 * unit)), UNITS.charAt(unit - 1));
  }
}
