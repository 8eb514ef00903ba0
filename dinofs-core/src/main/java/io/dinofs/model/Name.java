package io.dinofs.model;

/**
 * The name of a directory entry: 1 to 255 bytes of any value but '/' and NUL, and neither "." nor
 * "..".
 *
 * @see <a
 *     href="https://man7.org/linux/man-pages/man7/path_resolution.7.html">path_resolution(7)</a>
 */
public record Name(Bytes bytes) implements Comparable<Name> {
  /** NAME_MAX of Linux. */
  public static final int MAX_BYTES = 255;

  /**
   * @throws IllegalArgumentException if the bytes are not a legal name
   */
  public Name {
    if (bytes.isEmpty() || bytes.length() > MAX_BYTES) {
      throw new IllegalArgumentException("a name has 1 to 255 bytes, not " + bytes.length());
    }
    for (int i = 0; i < bytes.length(); i++) {
      if (bytes.at(i) == '/' || bytes.at(i) == 0) {
        throw new IllegalArgumentException("a name holds neither '/' nor NUL: " + bytes);
      }
    }
    if (bytes.at(0) == '.'
        && (bytes.length() == 1 || (bytes.length() == 2 && bytes.at(1) == '.'))) {
      throw new IllegalArgumentException("'.' and '..' are not stored");
    }
  }

  public static Name of(String text) {
    return new Name(Bytes.utf8(text));
  }

  @Override
  public int compareTo(Name other) {
    return bytes.compareTo(other.bytes);
  }

  @Override
  public String toString() {
    return bytes.toString();
  }
}
