package io.dinofs.blobserver;

import io.dinofs.model.Manifest;
import io.dinofs.store.disk.BlockFile;
import io.dinofs.store.disk.DiskStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory from which blobs are written past the page cache, a chunk's at a time. Bounded: who
 * finds none left writes through the page cache. Safe for any number of threads.
 */
final class DirectBuffers {
  private static final Logger LOG = LoggerFactory.getLogger(DirectBuffers.class);

  /** As many as a few clients upload at once; they are 32 MiB. */
  private static final int MAX_BUFFERS = 32;

  private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>(); // guarded by this

  /** How many may still be made. Guarded by this. */
  private int unmade;

  private DirectBuffers(int maxBuffers) {
    unmade = maxBuffers;
  }

  /**
   * Those for a store's files; none if its file system has no way past the page cache, or has no
   * room just now to try it.
   */
  static DirectBuffers of(DiskStore files) {
    boolean possible = false;
    try {
      Path probe = files.newTemporaryFile();
      try {
        possible = takesDirectWrites(probe);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      LOG.warn("all blobs are written through the page cache: {}", e.toString());
    }
    return new DirectBuffers(possible ? MAX_BUFFERS : 0);
  }

  /** Tried with a block, since some file systems refuse only then. */
  private static boolean takesDirectWrites(Path file) throws IOException {
    ByteBuffer block = BlockFile.buffer(BlockFile.BLOCK_BYTES);
    Files.write(file, new byte[BlockFile.BLOCK_BYTES]);
    if (!BlockFile.takesDirectAccess(file)) {
      return false;
    }
    try (FileChannel channel = BlockFile.open(file)) {
      return channel.write(block) == BlockFile.BLOCK_BYTES;
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
