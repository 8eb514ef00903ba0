package io.dinofs.crypt;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM under one key, with numbers for nonces; the caller uses none twice for different
 * bytes. Not safe for several threads.
 */
final class AesGcm {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 8 * EncryptedForm.TAG_BYTES;

  private final SecretKey key;
  private final byte[] additionalData;
  private final Cipher cipher;

  /**
   * @param additionalData is authenticated with all that is encrypted
   */
  AesGcm(SecretKey key, byte[] additionalData) {
    this.key = key;
    this.additionalData = additionalData;
    try {
      cipher = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw everyJdkHasIt(e);
    }
  }

  private static IllegalStateException everyJdkHasIt(GeneralSecurityException e) {
    return new IllegalStateException("every JDK has " + TRANSFORMATION, e);
  }

  /** Appends what remains in {@code plain}, encrypted, and its tag to {@code target}. */
  void encrypt(long nonce, ByteBuffer plain, ByteBuffer target) {
    try {
      run(Cipher.ENCRYPT_MODE, nonce, plain, target);
    } catch (GeneralSecurityException e) {
      throw everyJdkHasIt(e);
    }
  }

  /**
   * Appends what was encrypted to {@code target}.
   *
   * @return false if it was not encrypted with this key, nonce and additional data, or was changed;
   *     nothing is appended then
   */
  boolean decrypt(long nonce, ByteBuffer encrypted, ByteBuffer target) {
    try {
      run(Cipher.DECRYPT_MODE, nonce, encrypted, target);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw everyJdkHasIt(e);
    }
  }

  private void run(int mode, long nonce, ByteBuffer source, ByteBuffer target)
      throws GeneralSecurityException {
    byte[] bytes = ByteBuffer.allocate(NONCE_BYTES).putLong(Integer.BYTES, nonce).array();
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, bytes));
    cipher.updateAAD(additionalData);
    cipher.doFinal(source, target);
  }
}
