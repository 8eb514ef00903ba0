package io.dinofs.model;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The SHA-256 of a blob's bytes (FIPS 180-4), which is the blob's name everywhere. */
public record BlobKey(Bytes digest) implements Comparable<BlobKey> {
  public static final int BYTES = 32;
  public static final int HEX_DIGITS = 2 * BYTES;

  public BlobKey {
    if (digest.length() != BYTES) {
      throw new IllegalArgumentException("a blob key has 32 bytes, not " + digest.length());
    }
  }

  /** A new digest to hash a blob with; close it with {@link #finish}. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The key of the bytes that {@code digest} has seen. */
  public static BlobKey finish(MessageDigest digest) {
    return new BlobKey(Bytes.wrap(digest.digest()));
  }

  /** The key of what remains in {@code value}, whose position stays as it was. */
  public static BlobKey of(ByteBuffer value) {
    MessageDigest digest = newDigest();
    digest.update(value.duplicate());
    return finish(digest);
  }

  /** The key that 64 lower-case hexadecimal digits spell; empty for anything else. */
  public static Optional<BlobKey> parse(CharSequence hex) {
    if (hex.length() != HEX_DIGITS) {
      return Optional.empty();
    }
    byte[] digest = new byte[BYTES];
    for (int i = 0; i < HEX_DIGITS; i++) {
      char c = hex.charAt(i);
      boolean lowerHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!lowerHex) {
        return Optional.empty();
      }
      digest[i / 2] = (byte) (digest[i / 2] << 4 | Character.digit(c, 16));
    }
    return Optional.of(new BlobKey(Bytes.wrap(digest)));
  }

  public String toHex() {
    return digest.toHex();
  }

  @Override
  public int compareTo(BlobKey other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
