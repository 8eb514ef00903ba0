package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.store.BlobFileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A temporary file of the blob store, which takes it over without a copy. */
final class PlainSpoolFile implements SpoolFile {
  private final BlobFileStore blobs;
  private final InOrderHash hash = new InOrderHash();
  private Path path;

  /**
   * Null while closed: a file written all over would otherwise hold a descriptor for each of its
   * chunks.
   */
  private FileChannel file;

  /** The frozen file's, if it is known. */
  private Optional<BlobKey> key = Optional.empty();

  private int frozenBytes;
  private boolean frozen;

  /**
   * Whether the store took the file and failed, so that its bytes can be reached only through the
   * open descriptor.
   */
  private boolean fileGone;

  PlainSpoolFile(BlobFileStore blobs) throws DinofsException {
    this.blobs = blobs;
    this.path = blobs.newTemporaryFile();
  }

  @Override
  public void write(ByteBuffer source, int at) throws DinofsException {
    hash.write(source, at);
    try {
      int position = at;
      while (source.hasRemaining()) {
        position += openFile().write(source, position);
      }
    } catch (IOException e) {
      hash.giveUp();
      throw SpoolFile.failure(path, e);
    }
  }

  @Override
  public void read(ByteBuffer target, int at) throws DinofsException {
    try {
      int position = at;
      while (target.hasRemaining()) {
        int read = openFile().read(target, position);
        if (read < 0) {
          break;
        }
        position += read;
      }
    } catch (IOException e) {
      throw SpoolFile.failure(path, e);
    }
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  @Override
  public void freeze(int blobBytes) throws DinofsException {
    try {
      if (openFile().size() > blobBytes) {
        openFile().truncate(blobBytes);
      } else if (openFile().size() < blobBytes) {
        openFile().write(ByteBuffer.allocate(1), blobBytes - 1L);
      }
    } catch (IOException e) {
      throw SpoolFile.failure(path, e);
    }
    key = hash.finish(blobBytes);
    frozenBytes = blobBytes;
    frozen = true;
  }

  @Override
  public void thaw() {
    frozen = false;
    key = Optional.empty();
    fileGone = Files.notExists(path);
  }

  @Override
  public BlobKey store() throws DinofsException {
    if (fileGone) {
      restore();
    }
    if (key.isEmpty()) {
      return blobs.adopt(path);
    }
    blobs.adopt(path, key.get());
    return key.get();
  }

  private void restore() throws DinofsException {
    Path restored = blobs.newTemporaryFile();
    try (FileChannel target = FileChannel.open(restored, StandardOpenOption.WRITE)) {
      long copied = 0;
      while (copied < frozenBytes) {
        copied += file.transferTo(copied, frozenBytes - copied, target);
      }
    } catch (IOException e) {
      throw SpoolFile.failure(restored, e);
    }
    path = restored;
    fileGone = false;
  }

  @Override
  public void discard() {
    close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It is a temporary file of the store, which removes it at its next start.
    }
  }

  @Override
  public boolean isOpen() {
    return file != null;
  }

  /** A frozen chunk's file may have been taken over, so it stays open. */
  @Override
  public void closeUnlessFrozen() {
    if (!frozen && !fileGone) {
      close();
    }
  }

  private void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // Nothing was buffered in this process, and the store hashes what it takes over.
      }
      file = null;
    }
  }

  private FileChannel openFile() throws IOException {
    if (file == null) {
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return file;
  }
}
