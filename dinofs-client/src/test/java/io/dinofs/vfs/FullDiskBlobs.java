package io.dinofs.vfs;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.BlobFileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Blobs on a disk that can be said to be full: then it takes no blob, and what it was to adopt is
 * gone.
 */
final class FullDiskBlobs implements BlobFileStore {
  private final BlobFileStore blobs;
  private volatile boolean full;
  private volatile boolean fullForTemporaries;
  private volatile boolean empty;

  FullDiskBlobs(BlobFileStore blobs) {
    this.blobs = blobs;
  }

  void setFull(boolean value) {
    full = value;
  }

  /** Whether there is no room for temporary files either. */
  void setFullForTemporaries(boolean value) {
    fullForTemporaries = value;
  }

  /** From now on it has lost all blobs, or has them again. */
  void setEmpty(boolean value) {
    empty = value;
  }

  private void requireKept(BlobKey key) throws DinofsException {
    if (empty) {
      throw new DinofsException(ErrorKind.NOT_FOUND, "no blob " + key);
    }
  }

  @Override
  public BlobKey put(ByteBuffer value) throws DinofsException {
    if (full) {
      throw new DinofsException(ErrorKind.NO_SPACE, "full");
    }
    return blobs.put(value);
  }

  @Override
  public BlobKey adopt(Path file) throws DinofsException {
    loseIfFull(file);
    return blobs.adopt(file);
  }

  @Override
  public void adopt(Path file, BlobKey key) throws DinofsException {
    loseIfFull(file);
    blobs.adopt(file, key);
  }

  private void loseIfFull(Path file) throws DinofsException {
    if (full) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new DinofsException(ErrorKind.IO, e.getMessage(), e);
      }
      throw new DinofsException(ErrorKind.NO_SPACE, "full");
    }
  }

  @Override
  public Bytes get(BlobKey key) throws DinofsException {
    requireKept(key);
    return blobs.get(key);
  }

  @Override
  public Blob open(BlobKey key) throws DinofsException {
    requireKept(key);
    return blobs.open(key);
  }

  @Override
  public Path newTemporaryFile() throws DinofsException {
    if (fullForTemporaries) {
      throw new DinofsException(ErrorKind.NO_SPACE, "full");
    }
    return blobs.newTemporaryFile();
  }

  @Override
  public void close() throws DinofsException {
    blobs.close();
  }
}
