package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.BlobFileStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of one chunk that are being written: on the heap while they are few, then in a
 * temporary file of the blob store, which takes the file over without a copy. Bytes that were never
 * written are zeros.
 *
 * <p>Not safe for several threads; its layer's owner holds the lock.
 */
final class SpoolChunk {
  /** A chunk longer than this goes to disk. */
  static final int HEAP_BYTES = 64 * 1024;

  private static final int FIRST_HEAP_BYTES = 4096;

  private final BlobFileStore blobs;
  private final SpoolBudget budget;

  /** Null once the chunk is on disk. */
  private byte[] heap;

  /** Null while the chunk is on the heap. */
  private Path path;

  /**
   * Null while closed: a file written all over would otherwise hold a descriptor for each of its
   * chunks.
   */
  private FileChannel file;

  /** Of what is in the file; null while the chunk is on the heap. */
  private InOrderHash hash;

  /** The frozen file's, if it is known. */
  private Optional<BlobKey> key = Optional.empty();

  private int length;
  private boolean frozen;

  /**
   * Whether the store took the file and failed, so that its bytes can be reached only through the
   * open descriptor.
   */
  private boolean fileGone;

  SpoolChunk(BlobFileStore blobs, SpoolBudget budget) {
    this.blobs = blobs;
    this.budget = budget;
    this.heap = new byte[0];
  }

  /** One behind the last byte written. */
  int length() {
    return length;
  }

  /**
   * Writes what remains in {@code source}.
   *
   * @param at where in the chunk; all of it has to lie below {@link Manifest#CHUNK_BYTES}
   * @throws DinofsException NO_SPACE, IO; the bytes may then be written in part
   */
  void write(ByteBuffer source, int at) throws DinofsException {
    int end = at + source.remaining();
    if (heap != null && !growHeap(end)) {
      spill();
    }
    if (heap != null) {
      source.get(heap, at, source.remaining());
    } else {
      writeFile(source, at);
    }
    length = Math.max(length, end);
  }

  /** Fills {@code target} from {@code at} on; bytes that were never written are zeros. */
  void read(ByteBuffer target, int at) throws DinofsException {
    int end = at + target.remaining();
    if (heap != null) {
      int available = Math.max(0, Math.min(end, heap.length) - at);
      target.put(heap, at, available);
    } else {
      readFile(target, at);
    }
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  /**
   * Makes the chunk ready for {@link #store}: it has {@code blobBytes} bytes, and must not be
   * written to any more.
   *
   * @throws DinofsException NO_SPACE, IO
   */
  void freeze(int blobBytes) throws DinofsException {
    if (heap != null) {
      if (heap.length < blobBytes) {
        growHeapOrCopy(blobBytes);
      }
    } else {
      resize(blobBytes);
      key = hash.finish(blobBytes);
    }
    length = blobBytes;
    frozen = true;
  }

  /** It was not stored, and may be written to again. */
  void thaw() {
    frozen = false;
    key = Optional.empty();
    fileGone = heap == null && Files.notExists(path);
  }

  /**
   * Puts the frozen chunk into the blob store. It can still be read, at the same time too, until it
   * is discarded.
   *
   * @throws DinofsException as {@link BlobFileStore#put}
   */
  BlobKey store() throws DinofsException {
    if (heap != null) {
      return blobs.put(ByteBuffer.wrap(heap, 0, length));
    }
    if (fileGone) {
      restoreFile();
    }
    if (key.isEmpty()) {
      return blobs.adopt(path);
    }
    blobs.adopt(path, key.get());
    return key.get();
  }

  /** Gives the memory or the file back; a file that the store took over is the store's. */
  void discard() {
    if (heap != null) {
      releaseHeap();
    } else if (path != null) {
      discardFile();
    }
  }

  private void discardFile() {
    closeFile();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // It is a temporary file of the store, which removes it at its next start.
    }
    path = null;
  }

  /**
   * Closes the descriptor until the next access; a frozen chunk's file may have been taken over, so
   * it stays open.
   */
  void closeFileUnlessFrozen() {
    if (!frozen && !fileGone) {
      closeFile();
    }
  }

  private void closeFile() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // Nothing was buffered in this process, and the store hashes what it takes over.
      }
      file = null;
    }
  }

  boolean isFileOpen() {
    return file != null;
  }

  private boolean growHeap(int end) {
    if (end <= heap.length) {
      return true;
    }
    int capacity =
        Math.min(HEAP_BYTES, Math.max(FIRST_HEAP_BYTES, Integer.highestOneBit(end - 1) << 1));
    if (end > HEAP_BYTES || !budget.tryTake(capacity - heap.length)) {
      return false;
    }
    heap = Arrays.copyOf(heap, capacity);
    return true;
  }

  /** Zeros at the end of a chunk on the heap that are worth no file. */
  private void growHeapOrCopy(int bytes) {
    if (!growHeap(bytes)) {
      // A little over the budget for the moment of storing beats a file for zeros.
      budget.take(bytes - heap.length);
      heap = Arrays.copyOf(heap, bytes);
    }
  }

  private void releaseHeap() {
    budget.giveBack(heap.length);
    heap = new byte[0];
    length = 0;
  }

  private void spill() throws DinofsException {
    path = blobs.newTemporaryFile();
    hash = new InOrderHash();
    byte[] bytes = heap;
    try {
      writeFile(ByteBuffer.wrap(bytes, 0, length), 0);
    } catch (DinofsException e) {
      discardFile();
      throw e;
    }
    heap = null;
    budget.giveBack(bytes.length);
  }

  private void restoreFile() throws DinofsException {
    Path restored = blobs.newTemporaryFile();
    try (FileChannel target = FileChannel.open(restored, StandardOpenOption.WRITE)) {
      long copied = 0;
      while (copied < length) {
        copied += file.transferTo(copied, length - copied, target);
      }
    } catch (IOException e) {
      throw failure(e);
    }
    path = restored;
    fileGone = false;
  }

  private FileChannel openFile() throws IOException {
    if (file == null) {
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return file;
  }

  private void writeFile(ByteBuffer source, int at) throws DinofsException {
    hash.write(source, at);
    try {
      int position = at;
      while (source.hasRemaining()) {
        position += openFile().write(source, position);
      }
    } catch (IOException e) {
      hash.giveUp();
      throw failure(e);
    }
  }

  private void readFile(ByteBuffer target, int at) throws DinofsException {
    try {
      int position = at;
      while (target.hasRemaining()) {
        int read = openFile().read(target, position);
        if (read < 0) {
          return;
        }
        position += read;
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void resize(int bytes) throws DinofsException {
    try {
      if (openFile().size() > bytes) {
        openFile().truncate(bytes);
      } else if (openFile().size() < bytes) {
        openFile().write(ByteBuffer.allocate(1), bytes - 1L);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private DinofsException failure(IOException e) {
    ErrorKind kind = hasNoSpaceLeft() ? ErrorKind.NO_SPACE : ErrorKind.IO;
    return new DinofsException(kind, "cannot spool to " + path + ": " + e.getMessage(), e);
  }

  /** Java tells a full disk only by the message, which is translated; so the disk is asked. */
  private boolean hasNoSpaceLeft() {
    try {
      return Files.getFileStore(path).getUsableSpace() < Manifest.CHUNK_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
