package io.dinofs.crypt;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.ScratchFile;
import io.dinofs.store.Store;
import io.dinofs.store.blob.HeapBlob;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Encrypts contents with the keys of a ring, in {@link EncryptedForm}. */
public final class FileCipher implements ContentCipher {
  private static final int SCRATCH_KEY_BYTES = 32;

  private final KeyRing keys;

  /** Of this object alone, and never written down. */
  private final SecretKey scratchKey;

  private final ScratchNonces scratchNonces = new ScratchNonces();

  public FileCipher(KeyRing keys) {
    this.keys = keys;
    byte[] bits = new byte[SCRATCH_KEY_BYTES];
    new SecureRandom().nextBytes(bits);
    scratchKey = new SecretKeySpec(bits, "AES");
  }

  @Override
  public Bytes encrypt(ByteBuffer plain) throws DinofsException {
    int length = plain.remaining();
    long encryptedBytes = EncryptedForm.encryptedBytes(length);
    if (encryptedBytes > Store.MAX_VALUE_BYTES) {
      throw new DinofsException(ErrorKind.TOO_BIG, "contents of " + length + " bytes");
    }
    VolumeKey key = keys.newest();
    EncryptedForm.Header header = new EncryptedForm.Header(key.id(), key.digest(plain));
    AesGcm cipher = new AesGcm(key.keyFor(header.digest()), header.additionalData(length));
    ByteBuffer encrypted = ByteBuffer.allocate((int) encryptedBytes);
    header.write(encrypted);
    long segment = 0;
    int at = 0;
    do {
      int bytes = Math.min(EncryptedForm.SEGMENT_BYTES, length - at);
      cipher.encrypt(segment++, plain.slice(plain.position() + at, bytes), encrypted);
      at += bytes;
    } while (at < length);
    return Bytes.wrap(encrypted.array());
  }

  @Override
  public Bytes decrypt(Bytes encrypted) throws DinofsException {
    try (EncryptedBlob contents = new EncryptedBlob(keys, new HeapBlob(encrypted))) {
      ByteBuffer plain = ByteBuffer.allocate(Math.toIntExact(contents.size()));
      contents.readAll(plain);
      return Bytes.wrap(plain.array());
    }
  }

  @Override
  public BlobStore over(BlobStore encrypted) {
    return new EncryptedBlobStore(this, keys, encrypted);
  }

  @Override
  public ScratchFile scratch(Path file) {
    return new EncryptedScratchFile(file, scratchKey, scratchNonces);
  }
}
