package io.dinofs.blobserver;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.disk.BlockFile;
import io.dinofs.store.disk.DiskStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * The memory from which blobs are written past the page cache, a chunk's at a time. Bounded: who
 * finds none left writes through the page cache. Safe for any number of threads.
 */
final class DirectBuffers {
  /** As many as a few clients upload at once; they are 32 MiB. */
  private static final int MAX_BUFFERS = 32;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>(); // guarded by this

  /** How many may still be made. Guarded by this. */
  private int unmade;

  private DirectBuffers(int maxBuffers) {
    unmade = maxBuffers;
  }

  /**
   * Those for a store's files; none if its file system has no way past the page cache.
   *
   * @throws DinofsException as {@link DiskStore#newTemporaryFile}
   */
  static DirectBuffers of(DiskStore files) throws DinofsException {
    Path probe = files.newTemporaryFile();
    try {
      return new DirectBuffers(BlockFile.takesDirectAccess(probe) ? MAX_BUFFERS : 0);
    } finally {
      delete(probe);
    }
  }

  private static void delete(Path probe) throws DinofsException {
    try {
      Files.deleteIfExists(probe);
    } catch (IOException e) {
      throw new DinofsException(ErrorKind.IO, "cannot remove " + probe + ": " + e.getMessage(), e);
    }
  }

  synchronized Optional<ByteBuffer> take() {
    ByteBuffer buffer = idle.pollFirst();
    if (buffer == null && unmade > 0) {
      unmade--;
      buffer = BlockFile.buffer(Manifest.CHUNK_BYTES);
    }
    return Optional.ofNullable(buffer);
  }

  synchronized void giveBack(ByteBuffer buffer) {
    idle.addFirst(buffer.clear());
  }
}
