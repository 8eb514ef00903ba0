package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Manifest;
import io.dinofs.store.ContentCipher;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of one chunk that are being written: on the heap while they are few, then in a {@link
 * SpoolFile}. Bytes that were never written are zeros.
 *
 * <p>Not safe for several threads; its layer's owner holds the lock.
 */
final class SpoolChunk {
  /** A chunk longer than this goes to disk, where the store takes it over. */
  private static final int PLAIN_HEAP_BYTES = 64 * 1024;

  private static final int FIRST_HEAP_BYTES = 4096;

  private final ContentStorage storage;
  private final int maxHeapBytes;

  /** Null once the chunk is on disk. */
  private byte[] heap = new byte[0];

  /** Null while the chunk is on the heap. */
  private SpoolFile file;

  private int length;

  SpoolChunk(ContentStorage storage) {
    this.storage = storage;
    // What is to be encrypted anyway would be so twice if it went to disk before.
    this.maxHeapBytes = storage.cipher().isPresent() ? Manifest.CHUNK_BYTES : PLAIN_HEAP_BYTES;
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
      file.write(source, at);
    }
    length = Math.max(length, end);
  }

  /** Fills {@code target} from {@code at} on; bytes that were never written are zeros. */
  void read(ByteBuffer target, int at) throws DinofsException {
    if (heap == null) {
      file.read(target, at);
      return;
    }
    int end = at + target.remaining();
    int available = Math.max(0, Math.min(end, heap.length) - at);
    target.put(heap, at, available);
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
    if (heap == null) {
      file.freeze(blobBytes);
    } else if (heap.length < blobBytes) {
      growHeapOrCopy(blobBytes);
    }
    length = blobBytes;
  }

  /** It was not stored, and may be written to again. */
  void thaw() {
    if (heap == null) {
      file.thaw();
    }
  }

  /**
   * Puts the frozen chunk into the blob store. It can still be read, at the same time too, until it
   * is discarded.
   *
   * @throws DinofsException as {@link io.dinofs.store.BlobStore#put}
   */
  BlobKey store() throws DinofsException {
    return heap == null ? file.store() : storage.blobs().put(ByteBuffer.wrap(heap, 0, length));
  }

  /** Gives the memory or the file back; a file that the store took over is the store's. */
  void discard() {
    if (heap == null) {
      file.discard();
    } else {
      storage.budget().giveBack(heap.length);
      heap = new byte[0];
      length = 0;
    }
  }

  /** Closes the descriptor until the next access, if that is possible. */
  void closeFileUnlessFrozen() {
    if (file != null) {
      file.closeUnlessFrozen();
    }
  }

  boolean isFileOpen() {
    return file != null && file.isOpen();
  }

  private boolean growHeap(int end) {
    if (end <= heap.length) {
      return true;
    }
    int capacity =
        Math.min(maxHeapBytes, Math.max(FIRST_HEAP_BYTES, Integer.highestOneBit(end - 1) << 1));
    if (end > maxHeapBytes || !storage.budget().tryTake(capacity - heap.length)) {
      return false;
    }
    heap = Arrays.copyOf(heap, capacity);
    return true;
  }

  /** Zeros at the end of a chunk on the heap that are worth no file. */
  private void growHeapOrCopy(int bytes) {
    if (!growHeap(bytes)) {
      // A little over the budget for the moment of storing beats a file for zeros.
      storage.budget().take(bytes - heap.length);
      heap = Arrays.copyOf(heap, bytes);
    }
  }

  private void spill() throws DinofsException {
    SpoolFile spilled = newFile();
    try {
      spilled.write(ByteBuffer.wrap(heap, 0, length), 0);
    } catch (DinofsException e) {
      spilled.discard();
      throw e;
    }
    file = spilled;
    storage.budget().giveBack(heap.length);
    heap = null;
  }

  private SpoolFile newFile() throws DinofsException {
    if (storage.cipher().isEmpty()) {
      return new PlainSpoolFile(storage.kept());
    }
    ContentCipher cipher = storage.cipher().get();
    Path path = storage.kept().newTemporaryFile();
    return new EncryptedSpoolFile(path, cipher.scratch(path), storage.blobs());
  }
}
