package io.dinofs.crypt;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.KeyIds;
import java.nio.ByteBuffer;

/**
 * How encrypted contents look: a header, then segments of {@link #SEGMENT_BYTES}, the last of which
 * may be shorter, each with its tag behind it, so that a part can be read alone.
 *
 * <p>The header, big endian: magic and format (4 bytes), the id of the volume's key (8), the
 * contents' digest under that key (32). Each segment is encrypted with AES-256-GCM (NIST SP
 * 800-38D) with the key that belongs to the digest, its number as nonce (12 bytes), and header and
 * length of the contents as additional data: so a segment decrypts at its place in its contents and
 * nowhere else. A key sees other contents only if HMAC-SHA-256 has a collision, hence no nonce
 * twice for different bytes.
 */
final class EncryptedForm {
  static final int SEGMENT_BYTES = 16 << 10;
  static final int TAG_BYTES = 16;
  static final int DIGEST_BYTES = 32;
  static final int HEADER_BYTES = Integer.BYTES + Long.BYTES + DIGEST_BYTES;

  private static final int STRIDE = SEGMENT_BYTES + TAG_BYTES;

  /** "dne" and the format's number. */
  private static final int MAGIC = 0x646e6501;

  private EncryptedForm() {}

  /** How long contents of {@code plainBytes} become. */
  static long encryptedBytes(long plainBytes) {
    long segments = Math.max(1, (plainBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
    return HEADER_BYTES + plainBytes + segments * TAG_BYTES;
  }

  /**
   * How long the contents were that have become {@code encryptedBytes}.
   *
   * @throws DinofsException CORRUPT if none become that
   */
  static long plainBytes(long encryptedBytes) throws DinofsException {
    long body = encryptedBytes - HEADER_BYTES;
    long segments = (body + STRIDE - 1) / STRIDE;
    long plain = body - segments * TAG_BYTES;
    if (body < TAG_BYTES || encryptedBytes(plain) != encryptedBytes) {
      throw new DinofsException(
          ErrorKind.CORRUPT, encryptedBytes + " bytes are no encrypted contents");
    }
    return plain;
  }

  /** Where a segment begins in the encrypted contents. */
  static long segmentStart(long index) {
    return HEADER_BYTES + index * STRIDE;
  }

  /** The header of encrypted contents. */
  record Header(long keyId, Bytes digest) {
    void write(ByteBuffer target) {
      digest.writeTo(target.putInt(MAGIC).putLong(keyId));
    }

    /**
     * @param encrypted at its beginning
     * @throws DinofsException CORRUPT if there is none
     */
    static Header read(ByteBuffer encrypted) throws DinofsException {
      if (encrypted.remaining() < HEADER_BYTES || encrypted.getInt() != MAGIC) {
        throw new DinofsException(ErrorKind.CORRUPT, "it is not encrypted, as it should be");
      }
      long keyId = encrypted.getLong();
      byte[] digest = new byte[DIGEST_BYTES];
      encrypted.get(digest);
      return new Header(keyId, Bytes.wrap(digest));
    }

    /** What is authenticated with every segment of contents of {@code plainBytes}. */
    byte[] additionalData(long plainBytes) {
      ByteBuffer data = ByteBuffer.allocate(HEADER_BYTES + Long.BYTES);
      write(data);
      return data.putLong(plainBytes).array();
    }

    @Override
    public String toString() {
      return "key " + KeyIds.text(keyId) + ", digest " + digest.toHex();
    }
  }
}
