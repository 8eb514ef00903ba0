package io.dinofs.blobserver;

/** The part of a blob that a Range header asks for (RFC 9110, section 14). */
sealed interface ByteRange {
  /** All of it: no range, or one that a server may ignore (several ranges, other units). */
  record Whole() implements ByteRange {}

  /**
   * @param first offset of the first byte
   * @param length bytes, at least 1
   */
  record Part(long first, long length) implements ByteRange {}

  /** No byte of the blob lies in the range. */
  record Unsatisfiable() implements ByteRange {}

  Whole WHOLE = new Whole();

  /**
   * @param header the header's value, or null if there is none
   * @param size bytes of the blob
   */
  static ByteRange parse(String header, long size) {
    String unit = "bytes=";
    if (header == null || !header.regionMatches(true, 0, unit, 0, unit.length())) {
      return WHOLE;
    }
    String spec = header.substring(unit.length()).strip();
    int dash = spec.indexOf('-');
    if (dash < 0
        || !isNumberOrEmpty(spec, 0, dash)
        || !isNumberOrEmpty(spec, dash + 1, spec.length())) {
      return WHOLE;
    }
    String from = spec.substring(0, dash);
    String to = spec.substring(dash + 1);
    if (from.isEmpty()) {
      return to.isEmpty() ? WHOLE : suffix(number(to), size);
    }
    long first = number(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : number(to);
    if (last < first) {
      return WHOLE;
    }
    return first >= size
        ? new Unsatisfiable()
        : new Part(first, Math.min(last, size - 1) - first + 1);
  }

  private static ByteRange suffix(long wanted, long size) {
    long length = Math.min(wanted, size);
    return length == 0 ? new Unsatisfiable() : new Part(size - length, length);
  }

  private static boolean isNumberOrEmpty(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** A number too large for a long is larger than any blob. */
  private static long number(String digits) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
