package io.dinofs.store;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.nio.ByteBuffer;

/**
 * Blobs under the hash of their bytes. A blob never changes, so putting it twice is putting it
 * once.
 *
 * <p>The hash is verified at one place on the way in and one on the way out: what {@link #get} and
 * {@link Blob} return has the key that was asked for.
 */
public interface BlobStore extends AutoCloseable {
  /**
   * Stores what remains in {@code value}, whose position stays as it was.
   *
   * @throws DinofsException as {@link Store#put}
   */
  BlobKey put(ByteBuffer value) throws DinofsException;

  /**
   * The whole blob. A blob that is known to be under way is waited for, within the implementation's
   * limit.
   *
   * @throws DinofsException NOT_FOUND, CORRUPT, UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  Bytes get(BlobKey key) throws DinofsException;

  /**
   * Opens the blob for positional reads; the caller closes it. Waits as {@link #get} does.
   *
   * @throws DinofsException as {@link #get}
   */
  Blob open(BlobKey key) throws DinofsException;

  @Override
  void close() throws DinofsException;

  /**
   * An open blob: safe for any number of threads, readable until it is closed, whatever the store
   * does meanwhile.
   */
  interface Blob extends AutoCloseable {
    /** Bytes of the blob. */
    long size();

    /**
     * Fills {@code target} from {@code offset} on, until it is full or the blob ends.
     *
     * @return how many bytes were read; 0 at and behind the end
     * @throws DinofsException IO
     */
    int read(ByteBuffer target, long offset) throws DinofsException;

    @Override
    void close();
  }
}
