package io.dinofs.store;

import io.dinofs.model.Bytes;

/**
 * A key of a plain {@link Store}: 1 to {@value #MAX_BYTES} bytes of any value. Values of one store
 * do not depend on how a key is spelled anywhere else.
 */
public record Key(Bytes bytes) implements Comparable<Key> {
  /** What LMDB takes. */
  public static final int MAX_BYTES = 511;

  /**
   * @throws IllegalArgumentException if the key is empty or too long
   */
  public Key {
    if (bytes.isEmpty() || bytes.length() > MAX_BYTES) {
      throw new IllegalArgumentException("a key has 1 to 511 bytes, not " + bytes.length());
    }
  }

  public static Key of(String text) {
    return new Key(Bytes.utf8(text));
  }

  @Override
  public int compareTo(Key other) {
    return bytes.compareTo(other.bytes);
  }

  @Override
  public String toString() {
    return bytes.toString();
  }
}
