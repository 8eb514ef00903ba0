package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobStore;
import io.dinofs.store.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary file that only this process can read, and that is copied into the blob store. */
final class EncryptedSpoolFile implements SpoolFile {
  private final Path path;
  private final ScratchFile file;
  private final BlobStore blobs;
  private int frozenBytes;

  /**
   * @param path of {@code file}
   * @param blobs encrypts what is put
   */
  EncryptedSpoolFile(Path path, ScratchFile file, BlobStore blobs) {
    this.path = path;
    this.file = file;
    this.blobs = blobs;
  }

  @Override
  public synchronized void write(ByteBuffer source, int at) throws DinofsException {
    try {
      file.write(source, at);
    } catch (IOException e) {
      throw SpoolFile.failure(path, e);
    }
  }

  @Override
  public synchronized void read(ByteBuffer target, int at) throws DinofsException {
    try {
      file.read(target, at);
    } catch (IOException e) {
      throw SpoolFile.failure(path, e);
    }
  }

  @Override
  public synchronized void freeze(int blobBytes) throws DinofsException {
    try {
      file.cut(blobBytes);
    } catch (IOException e) {
      throw SpoolFile.failure(path, e);
    }
    frozenBytes = blobBytes;
  }

  @Override
  public void thaw() {
    // The file is where it was, and is still ours.
  }

  @Override
  public BlobKey store() throws DinofsException {
    ByteBuffer all = ByteBuffer.allocate(frozenBytes);
    read(all, 0);
    return blobs.put(all.flip());
  }

  @Override
  public synchronized void discard() {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It is a temporary file of the store, which removes it at its next start.
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public synchronized void closeUnlessFrozen() {
    close();
  }

  private void close() {
    try {
      file.release();
    } catch (IOException e) {
      // Nothing was buffered in this process, and what is read back is authenticated.
    }
  }
}
