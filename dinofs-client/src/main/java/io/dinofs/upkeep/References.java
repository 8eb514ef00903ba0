package io.dinofs.upkeep;

import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.BlobStore;
import java.util.Optional;

/** Which blobs an inode needs. */
final class References {
  private References() {}

  /** A blob that attributes name. */
  record Named(BlobKey key, boolean isManifest) {}

  /**
   * The blob that {@code attributes} name; empty if they need none.
   *
   * @throws DinofsException NOT_SUPPORTED for contents of a kind that this program does not know:
   *     they may need blobs
   */
  static Optional<Named> of(Attributes attributes) throws DinofsException {
    Content content = attributes.content();
    if (content instanceof Content.SingleBlob single) {
      return Optional.of(new Named(single.key(), false));
    } else if (content instanceof Content.Chunked chunked) {
      return Optional.of(new Named(chunked.manifest(), true));
    } else if (content instanceof Content.None
        || content instanceof Content.InRecord
        || content instanceof Content.Inline
        || content instanceof Content.SymlinkTarget) {
      return Optional.empty();
    }
    throw new DinofsException(ErrorKind.NOT_SUPPORTED, "contents of an unknown kind: " + content);
  }

  /**
   * The chunks that a manifest names.
   *
   * @throws DinofsException NOT_FOUND, CORRUPT, and what the store throws
   */
  static Manifest manifest(BlobStore blobs, BlobKey key) throws DinofsException {
    return Manifest.decode(blobs.get(key));
  }
}
