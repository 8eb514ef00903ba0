package io.dinofs.store;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import java.nio.file.Path;

/** A {@link BlobStore} that takes over local files without copying them. */
public interface BlobFileStore extends BlobStore {
  /**
   * Stores the bytes of {@code file}, which is hashed as it is read, must come from {@link
   * #newTemporaryFile}, and belongs to the store from now on, also if the call fails. Nobody may
   * write to it any more.
   *
   * @throws DinofsException as {@link Store#put}
   */
  BlobKey adopt(Path file) throws DinofsException;

  /**
   * As {@link #adopt(Path)}, for a caller who has hashed the bytes while it wrote them: they are
   * not read again.
   *
   * @throws DinofsException as {@link Store#put}
   */
  void adopt(Path file, BlobKey key) throws DinofsException;

  /**
   * @throws DinofsException as {@link FileStore#newTemporaryFile}
   */
  Path newTemporaryFile() throws DinofsException;
}
