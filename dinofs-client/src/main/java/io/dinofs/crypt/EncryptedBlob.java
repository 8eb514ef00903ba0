package io.dinofs.crypt;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;
import javax.crypto.SecretKey;

/** An encrypted blob, read decrypted, as many segments as a read needs. */
final class EncryptedBlob implements BlobStore.Blob {
  /** How much is decrypted at once. */
  private static final int MAX_SEGMENTS = 64;

  private final BlobStore.Blob encrypted;
  private final long size;
  private final SecretKey key;
  private final byte[] additionalData;

  /**
   * @param encrypted belongs to this object when the constructor has returned
   * @throws DinofsException CORRUPT if it is not encrypted, or with a key that is not in the ring;
   *     and as {@link BlobStore.Blob#read}
   */
  EncryptedBlob(KeyRing keys, BlobStore.Blob encrypted) throws DinofsException {
    this.encrypted = encrypted;
    ByteBuffer head = ByteBuffer.allocate(EncryptedForm.HEADER_BYTES);
    encrypted.read(head, 0);
    EncryptedForm.Header header = EncryptedForm.Header.read(head.flip());
    size = EncryptedForm.plainBytes(encrypted.size());
    key = keys.find(header.keyId()).keyFor(header.digest());
    additionalData = header.additionalData(size);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int read(ByteBuffer target, long offset) throws DinofsException {
    int total = 0;
    while (target.hasRemaining() && offset + total < size && offset + total >= 0) {
      total += readSome(target, offset + total);
    }
    return total;
  }

  /**
   * Fills {@code target} with all of it, also if that is nothing, which is authenticated as well.
   *
   * @param target has {@link #size} bytes of room
   */
  void readAll(ByteBuffer target) throws DinofsException {
    if (size == 0) {
      decrypt(new AesGcm(key, additionalData), 0, load(0, 1), target);
    }
    read(target, 0);
  }

  private int readSome(ByteBuffer target, long offset) throws DinofsException {
    long first = offset / EncryptedForm.SEGMENT_BYTES;
    long last = (Math.min(size, offset + target.remaining()) - 1) / EncryptedForm.SEGMENT_BYTES;
    int count = (int) Math.min(MAX_SEGMENTS, last - first + 1);
    ByteBuffer segments = load(first, count);
    AesGcm cipher = new AesGcm(key, additionalData);
    int before = target.position();
    int skip = (int) (offset % EncryptedForm.SEGMENT_BYTES);
    for (long index = first; index < first + count; index++) {
      int stride = EncryptedForm.SEGMENT_BYTES + EncryptedForm.TAG_BYTES;
      ByteBuffer segment =
          segments.slice(segments.position(), Math.min(stride, segments.remaining()));
      segments.position(segments.position() + segment.remaining());
      int plainBytes = segment.remaining() - EncryptedForm.TAG_BYTES;
      if (skip == 0 && target.remaining() >= plainBytes) {
        decrypt(cipher, index, segment, target);
      } else {
        ByteBuffer plain = ByteBuffer.allocate(plainBytes);
        decrypt(cipher, index, segment, plain);
        plain.flip().position(skip);
        target.put(plain.limit(Math.min(plainBytes, skip + target.remaining())));
      }
      skip = 0;
    }
    return target.position() - before;
  }

  private ByteBuffer load(long first, int count) throws DinofsException {
    long start = EncryptedForm.segmentStart(first);
    long end = Math.min(encrypted.size(), EncryptedForm.segmentStart(first + count));
    ByteBuffer segments = ByteBuffer.allocate((int) (end - start));
    if (encrypted.read(segments, start) < segments.capacity()) {
      throw new DinofsException(ErrorKind.CORRUPT, "encrypted contents end early");
    }
    return segments.flip();
  }

  private static void decrypt(AesGcm cipher, long index, ByteBuffer segment, ByteBuffer target)
      throws DinofsException {
    if (!cipher.decrypt(index, segment, target)) {
      throw new DinofsException(
          ErrorKind.CORRUPT, "encrypted contents were changed, or are not of this volume");
    }
  }

  @Override
  public void close() {
    encrypted.close();
  }
}
