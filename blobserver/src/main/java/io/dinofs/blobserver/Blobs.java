package io.dinofs.blobserver;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Capacity;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.Key;
import io.dinofs.store.disk.DiskStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The blobs on disk. Every call touches files; safe for any number of threads. */
final class Blobs {
  /** A file system with less room than this counts as full: a piece of a body may not fit. */
  private static final long FULL_BYTES = 1 << 20;

  private final DiskStore files;
  private final DirectBuffers buffers;

  /**
   * @param files keeps what was put over a crash of the machine
   */
  Blobs(DiskStore files) {
    this.files = files;
    this.buffers = DirectBuffers.of(files);
  }

  private static Key storeKey(BlobKey key) {
    return Key.ofBlob(key);
  }

  /** A blob that was found. Who has it closes the channel. */
  record Open(FileChannel channel, long size) {}

  /**
   * @throws DinofsException IO, CLOSED
   */
  Optional<Open> open(BlobKey key) throws DinofsException {
    Optional<FileChannel> channel = files.open(storeKey(key));
    if (channel.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Open(channel.get(), channel.get().size()));
    } catch (IOException e) {
      close(channel.get());
      throw new DinofsException(ErrorKind.IO, "cannot read blob " + key + ": " + e.getMessage(), e);
    }
  }

  /**
   * Makes a blob that is there as young as one that is put now, so that no collection of garbage
   * which is under way deletes it: whoever puts it may be about to use it.
   *
   * @return whether it is there
   * @throws DinofsException IO, CLOSED
   */
  boolean keep(BlobKey key) throws DinofsException {
    return files.refresh(storeKey(key));
  }

  /**
   * One of {@link CollectableStore#PARTS} parts of all blobs: a line for each, with its key, its
   * bytes, and its age in seconds.
   *
   * @throws DinofsException IO, CLOSED
   */
  String list(int part) throws DinofsException {
    StringBuilder lines = new StringBuilder();
    files.forEachStored(
        part,
        stored -> {
          if (stored.key().asBlob().isPresent()) {
            lines.append(stored.key()).append(' ').append(stored.bytes());
            lines.append(' ').append(stored.age().toSeconds()).append('\n');
          }
        });
    return lines.toString();
  }

  /**
   * @throws DinofsException as {@link CollectableStore#deleteOlder}
   */
  CollectableStore.Deletion deleteOlder(BlobKey key, Duration age) throws DinofsException {
    return files.deleteOlder(storeKey(key), age);
  }

  /** Closes a channel that was only read from, so that nothing can be lost with it. */
  static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("closing a file that was read failed", e);
    }
  }

  Draft newDraft(BlobKey key) {
    return new Draft(this, key);
  }

  /**
   * @throws DinofsException as {@link FileStore#newTemporaryFile}
   */
  Path newTemporaryFile() throws DinofsException {
    return files.newTemporaryFile();
  }

  /**
   * For a temporary file.
   *
   * @param large whether it will be so long that it should not pass through the page cache, which
   *     costs a copy, and memory that nobody may ever read
   */
  DraftWriter newWriter(Path file, boolean large) throws IOException {
    Optional<ByteBuffer> buffer = large ? buffers.take() : Optional.empty();
    return buffer.isPresent()
        ? new DirectWriter(file, buffer.get(), buffers)
        : new PageCacheWriter(file);
  }

  /**
   * @throws DinofsException as {@link FileStore#adopt}
   */
  void adopt(BlobKey key, Path file) throws DinofsException {
    files.adopt(storeKey(key), file);
  }

  /**
   * @throws DinofsException IO, CLOSED
   */
  Capacity.Room room() throws DinofsException {
    return files.room();
  }

  /**
   * @throws DinofsException IO, CLOSED
   */
  boolean isFull() throws DinofsException {
    return room().freeBytes() < FULL_BYTES;
  }
}
