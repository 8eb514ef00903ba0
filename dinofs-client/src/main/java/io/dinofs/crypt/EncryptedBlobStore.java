package io.dinofs.crypt;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;

/** Encrypted blobs, seen decrypted. */
final class EncryptedBlobStore implements BlobStore {
  private final FileCipher cipher;
  private final KeyRing keys;
  private final BlobStore encrypted;

  EncryptedBlobStore(FileCipher cipher, KeyRing keys, BlobStore encrypted) {
    this.cipher = cipher;
    this.keys = keys;
    this.encrypted = encrypted;
  }

  @Override
  public BlobKey put(ByteBuffer value) throws DinofsException {
    return encrypted.put(cipher.encrypt(value).asBuffer());
  }

  @Override
  public Bytes get(BlobKey key) throws DinofsException {
    try {
      return cipher.decrypt(encrypted.get(key));
    } catch (DinofsException e) {
      throw withName(key, e);
    }
  }

  @Override
  public Blob open(BlobKey key) throws DinofsException {
    Blob blob = encrypted.open(key);
    try {
      return new EncryptedBlob(keys, blob);
    } catch (DinofsException e) {
      blob.close();
      throw withName(key, e);
    }
  }

  private static DinofsException withName(BlobKey key, DinofsException e) {
    return new DinofsException(e.kind(), "blob " + key + ": " + e.getMessage(), e);
  }

  @Override
  public void close() throws DinofsException {
    encrypted.close();
  }
}
