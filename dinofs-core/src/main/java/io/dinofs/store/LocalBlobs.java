package io.dinofs.store;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;

/** A store that has some of its blobs on this machine. Safe for any number of threads. */
public interface LocalBlobs {
  /**
   * Whether the blob is here right now, complete.
   *
   * @throws DinofsException IO
   */
  boolean isLocal(BlobKey key) throws DinofsException;
}
