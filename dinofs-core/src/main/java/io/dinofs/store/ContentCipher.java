package io.dinofs.store;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Encrypts contents before they leave this process, and decrypts them when they come back. The same
 * contents become the same bytes, so that they are stored once. Safe for any number of threads.
 */
public interface ContentCipher {
  /** How many bytes {@link #encrypt} adds to contents that are as small as those in a record. */
  int SMALL_OVERHEAD_BYTES = 60;

  /**
   * What remains in {@code plain}, encrypted; its position stays as it was.
   *
   * @throws DinofsException TOO_BIG if it becomes larger than {@link Store#MAX_VALUE_BYTES}
   */
  Bytes encrypt(ByteBuffer plain) throws DinofsException;

  /**
   * What was given to {@link #encrypt}.
   *
   * @throws DinofsException CORRUPT if it was not encrypted with a key that is known here, or was
   *     changed
   */
  Bytes decrypt(Bytes encrypted) throws DinofsException;

  /**
   * A view of encrypted blobs: what is put through it is encrypted, and what is read is decrypted.
   * A key stays that of the encrypted blob.
   *
   * @param encrypted has the blobs; it stays the caller's, who closes it
   */
  BlobStore over(BlobStore encrypted);

  /**
   * A file whose bytes only this object can read, for as long as it is there.
   *
   * @param file exists and is empty; it belongs to the caller
   */
  ScratchFile scratch(Path file);
}
