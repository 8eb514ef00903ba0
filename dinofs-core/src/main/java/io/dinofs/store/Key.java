package io.dinofs.store;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import java.util.Optional;

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

  /** Where a blob is kept: its 64 hexadecimal digits in ASCII. */
  public static Key ofBlob(BlobKey blob) {
    return of(blob.toHex());
  }

  /** The blob that is kept under this key; empty if it is not a blob's key. */
  public Optional<BlobKey> asBlob() {
    return BlobKey.parse(bytes.toUtf8());
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
