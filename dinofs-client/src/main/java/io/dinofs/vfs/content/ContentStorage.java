package io.dinofs.vfs.content;

import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.BlobStore;
import io.dinofs.store.ContentCipher;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where the contents of files are kept, as they are or encrypted. Manifests are never encrypted:
 * they name chunks, and whoever collects garbage or checks a volume has to read them without a key.
 *
 * @param kept the blobs as they are kept
 * @param blobs the blobs with their contents as programs see them; the same if nothing is encrypted
 * @param cipher encrypts what is not in blobs
 */
public record ContentStorage(
    BlobFileStore kept,
    BlobStore blobs,
    Optional<ContentCipher> cipher,
    SpoolBudget budget,
    BlobPrefetcher prefetcher) {
  /** The storage over {@code kept}. */
  public static ContentStorage of(
      BlobFileStore kept,
      Optional<ContentCipher> cipher,
      SpoolBudget budget,
      BlobPrefetcher prefetcher) {
    BlobStore blobs = cipher.isPresent() ? cipher.get().over(kept) : kept;
    return new ContentStorage(kept, blobs, cipher, budget, prefetcher);
  }

  /** The largest file that is a {@link Content.Inline}, in bytes. */
  int maxSmallBytes() {
    return Content.Inline.MAX_BYTES - smallOverheadBytes();
  }

  /**
   * A small file.
   *
   * @param bytes 1 to {@link #maxSmallBytes}; the caller must not change them any more
   */
  Content.Inline small(byte[] bytes) throws DinofsException {
    return new Content.Inline(
        cipher.isPresent() ? cipher.get().encrypt(ByteBuffer.wrap(bytes)) : Bytes.wrap(bytes));
  }

  /** How many bytes {@link #bytes} are, without a look at them. */
  int smallBytes(Content.Inline small) {
    return small.data().length() - smallOverheadBytes();
  }

  private int smallOverheadBytes() {
    return cipher.isPresent() ? ContentCipher.SMALL_OVERHEAD_BYTES : 0;
  }

  /**
   * The bytes of a small file.
   *
   * @throws DinofsException CORRUPT as {@link ContentCipher#decrypt}
   */
  Bytes bytes(Content.Inline small) throws DinofsException {
    return cipher.isPresent() ? cipher.get().decrypt(small.data()) : small.data();
  }
}
