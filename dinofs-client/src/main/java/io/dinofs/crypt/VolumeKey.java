package io.dinofs.crypt;

import io.dinofs.model.Bytes;
import io.dinofs.model.KeyIds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that contents of a volume are encrypted with: 256 random bits, from which one key for each
 * purpose is derived with HMAC-SHA-256 (RFC 2104) over the purpose's name. Immutable; nothing but
 * {@link #reveal} shows the bits.
 */
final class VolumeKey {
  /** How the text of one begins, so that it is known for a secret wherever it turns up. */
  static final String PREFIX = "dinofs-key:1:";

  private static final int BYTES = 32;
  private static final Pattern FORM = Pattern.compile(PREFIX + "([A-Za-z0-9_-]{43})");
  private static final String HMAC = "HmacSHA256";
  private static final String AES = "AES";

  private final byte[] bits;
  private final long id;
  private final SecretKey digestKey;
  private final SecretKey contentKey;

  private VolumeKey(byte[] bits) {
    this.bits = bits;
    SecretKey master = new SecretKeySpec(bits, HMAC);
    id = ByteBuffer.wrap(hmac(master, label("id"))).getLong();
    digestKey = new SecretKeySpec(hmac(master, label("digest")), HMAC);
    contentKey = new SecretKeySpec(hmac(master, label("contents")), HMAC);
  }

  private static ByteBuffer label(String purpose) {
    return StandardCharsets.US_ASCII.encode("dinofs 1 " + purpose);
  }

  static VolumeKey random() {
    byte[] bits = new byte[BYTES];
    new SecureRandom().nextBytes(bits);
    return new VolumeKey(bits);
  }

  /**
   * What {@link #reveal} has written.
   *
   * @throws IllegalArgumentException for anything else, which the message does not repeat
   */
  static VolumeKey parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no key");
    }
    return new VolumeKey(Base64.getUrlDecoder().decode(matcher.group(1)));
  }

  /** All of it, for the key file. */
  String reveal() {
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** Tells it from other keys; see {@link KeyIds}. */
  long id() {
    return id;
  }

  /**
   * What stands for contents: 32 bytes that nobody can compute without the key. Does not move the
   * buffer's position.
   */
  Bytes digest(ByteBuffer plain) {
    return Bytes.wrap(hmac(digestKey, plain.duplicate()));
  }

  /** The AES-256 key for the contents with this {@link #digest}, and for no others. */
  SecretKey keyFor(Bytes digest) {
    return new SecretKeySpec(hmac(contentKey, digest.asBuffer()), AES);
  }

  private static byte[] hmac(SecretKey key, ByteBuffer message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(message);
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  /** Its id, and nothing more. */
  @Override
  public String toString() {
    return "key " + KeyIds.text(id);
  }
}
