package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads committed contents of one inode. Keeps the newest chunk table and a few open blobs, so that
 * a run of reads opens a blob once. Safe for any number of threads.
 */
final class ContentReader implements AutoCloseable {
  private static final int OPEN_BLOBS = 4;

  private final ContentStorage storage;
  private final Object lock = new Object();

  /** Guarded by lock; oldest use first. */
  private final LinkedHashMap<BlobKey, SharedBlob> open =
      new LinkedHashMap<>(OPEN_BLOBS * 2, 0.75f, true);

  /** The table that was used last, with its content. */
  private volatile Loaded loaded = new Loaded(Content.NONE, ChunkTable.EMPTY);

  private final ReadAhead readAhead = new ReadAhead();

  private record Loaded(Content content, ChunkTable table) {}

  ContentReader(ContentStorage storage) {
    this.storage = storage;
  }

  /**
   * @throws DinofsException as {@link BlobStore#get}, but IO for NOT_FOUND
   */
  ChunkTable table(Content content) throws DinofsException {
    Loaded current = loaded;
    if (!current.content().equals(content)) {
      current = new Loaded(content, load(content));
      loaded = current;
    }
    return current.table();
  }

  /** Remembers the table of contents that were just committed. */
  void remember(Content content, ChunkTable table) {
    loaded = new Loaded(content, table);
  }

  /**
   * Fills {@code target} from {@code offset} on; what the content does not name is zeros.
   *
   * @throws DinofsException as {@link BlobStore#open}, but IO for NOT_FOUND
   */
  void read(Content content, ByteBuffer target, long offset) throws DinofsException {
    if (content instanceof Content.Inline inline) {
      readInline(storage.bytes(inline), target, offset);
      return;
    }
    ChunkTable table = table(content);
    ReadAhead.Chunks ahead = readAhead.read(offset, target.remaining());
    for (long index = ahead.from(); index < ahead.to(); index++) {
      table.chunk(index).ifPresent(storage.prefetcher()::prefetch);
    }
    long position = offset;
    while (target.hasRemaining()) {
      long index = position / Manifest.CHUNK_BYTES;
      int at = (int) (position % Manifest.CHUNK_BYTES);
      int length = Math.min(target.remaining(), Manifest.CHUNK_BYTES - at);
      ByteBuffer piece = target.slice(target.position(), length);
      Optional<BlobKey> key = table.chunk(index);
      if (key.isPresent()) {
        read(key.get(), piece, at);
      } else {
        zero(piece);
      }
      target.position(target.position() + length);
      position += length;
    }
  }

  private static void readInline(Bytes data, ByteBuffer target, long offset) {
    if (offset < data.length()) {
      int end = (int) Math.min(data.length(), offset + target.remaining());
      target.put(data.slice((int) offset, end).asBuffer());
    }
    zero(target);
  }

  /**
   * Fills {@code target} from a blob; behind the blob's end are zeros.
   *
   * @throws DinofsException as {@link BlobStore#open}, but IO for NOT_FOUND
   */
  void read(BlobKey key, ByteBuffer target, int at) throws DinofsException {
    try (SharedBlob blob = acquire(key)) {
      blob.blob.read(target, at);
    }
    zero(target);
  }

  /**
   * Bytes of a blob.
   *
   * @throws DinofsException as {@link BlobStore#open}, but IO for NOT_FOUND
   */
  int size(BlobKey key) throws DinofsException {
    try (SharedBlob blob = acquire(key)) {
      return (int) blob.blob.size();
    }
  }

  private static void zero(ByteBuffer target) {
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  private ChunkTable load(Content content) throws DinofsException {
    try {
      return ChunkTable.of(content, storage);
    } catch (DinofsException e) {
      throw missing(e);
    }
  }

  private BlobStore.Blob open(BlobKey key) throws DinofsException {
    try {
      return storage.blobs().open(key);
    } catch (DinofsException e) {
      throw missing(e);
    }
  }

  /** A file that is there without its contents is damage, not an absent file. */
  private DinofsException missing(DinofsException e) {
    return e.kind() == ErrorKind.NOT_FOUND
        ? new DinofsException(ErrorKind.IO, "contents are lost: " + e.getMessage(), e)
        : e;
  }

  private SharedBlob acquire(BlobKey key) throws DinofsException {
    synchronized (lock) {
      SharedBlob known = open.get(key);
      if (known != null) {
        known.users++;
        return known;
      }
    }
    SharedBlob opened = new SharedBlob(open(key));
    synchronized (lock) {
      SharedBlob faster = open.get(key);
      if (faster != null) {
        faster.users++;
        opened.blob.close();
        return faster;
      }
      open.put(key, opened);
      opened.users += 2;
      if (open.size() > OPEN_BLOBS) {
        Iterator<Map.Entry<BlobKey, SharedBlob>> oldest = open.entrySet().iterator();
        SharedBlob evicted = oldest.next().getValue();
        oldest.remove();
        evicted.close();
      }
    }
    return opened;
  }

  @Override
  public void close() {
    synchronized (lock) {
      open.values().forEach(SharedBlob::close);
      open.clear();
    }
  }

  /** A blob that is closed when its last user, of which this reader's map is one, has closed it. */
  private final class SharedBlob implements AutoCloseable {
    private final BlobStore.Blob blob;

    /** Guarded by lock. */
    private int users;

    SharedBlob(BlobStore.Blob blob) {
      this.blob = blob;
    }

    @Override
    public void close() {
      synchronized (lock) {
        if (--users == 0) {
          blob.close();
        }
      }
    }
  }
}
