package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Manifest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was written to a file and is not committed: ranges of bytes, chunk by chunk in spools or
 * already in blobs.
 *
 * <p>Not safe for several threads: {@link OpenInode} holds its lock around every call. A layer that
 * is frozen for a commit is written to by nobody; only its chunks move from spools into blobs.
 */
final class WriteLayer {
  private static final int OPEN_FILES = 4;
  private static final int COPY_BYTES = 64 * 1024;

  private final ContentStorage storage;
  private final ContentReader reader;
  private final RangeSet written = new RangeSet();
  private final TreeMap<Long, ChunkState> chunks = new TreeMap<>();
  private final Deque<SpoolChunk> openFiles = new ArrayDeque<>();

  /** Where appended bytes begin; empty if nothing was appended. */
  private Optional<Long> appendStart = Optional.empty();

  /** The file's least size, though nothing is written up to there. */
  private long extendedTo;

  private boolean frozen;

  WriteLayer(ContentStorage storage, ContentReader reader) {
    this.storage = storage;
    this.reader = reader;
  }

  /** Where the written bytes of a chunk are. */
  sealed interface ChunkState {}

  /** In a spool, which is being stored if it is frozen. */
  static final class Spooled implements ChunkState {
    final SpoolChunk chunk;
    boolean frozen;

    /** Whether bytes that nobody wrote here were filled in from older contents. */
    boolean filled;

    Spooled(SpoolChunk chunk) {
      this.chunk = chunk;
    }
  }

  /**
   * In a blob, together with what was in the chunk before.
   *
   * @param needBytes how much of the chunk was below the file's end
   * @param base the blob that the bytes were laid over
   * @param complete whether nothing of the base is left in it
   */
  record Stored(BlobKey key, int needBytes, Optional<BlobKey> base, boolean complete)
      implements ChunkState {
    boolean fits(int need, Optional<BlobKey> currentBase) {
      return needBytes == need && (complete || base.equals(currentBase));
    }
  }

  /** A piece of a read that is in a blob, to be read without the lock. */
  record BlobPiece(BlobKey key, int at, ByteBuffer target) {}

  /** From now on nobody writes to the layer, and its chunks are stored by the committer alone. */
  void freeze() {
    frozen = true;
  }

  /** It takes writes again. */
  void thaw() {
    frozen = false;
  }

  boolean isFrozen() {
    return frozen;
  }

  RangeSet written() {
    return written;
  }

  /** Where the file ends at least. */
  long end() {
    return Math.max(written.end(), extendedTo);
  }

  /** The file has at least {@code end} bytes. */
  void extendTo(long end) {
    extendedTo = Math.max(extendedTo, end);
  }

  /** How many bytes this layer may take, counted by chunks. */
  long allocatedBytes() {
    return (long) chunks.size() * Manifest.CHUNK_BYTES;
  }

  /** Null if nothing of the chunk is written, or what is written are zeros. */
  ChunkState state(long index) {
    return chunks.get(index);
  }

  /** The first chunk from {@code index} on that has a {@link #state}; null if there is none. */
  Long nextState(long index) {
    return chunks.ceilingKey(index);
  }

  void replace(long index, ChunkState state) {
    chunks.put(index, state);
  }

  /** The chunks below {@code sizeBytes} that have a {@link #state}. */
  NavigableSet<Long> chunksBelow(long sizeBytes) {
    return new TreeSet<>(chunks.headMap(ceilChunk(sizeBytes), false).keySet());
  }

  static long ceilChunk(long sizeBytes) {
    return sizeBytes / Manifest.CHUNK_BYTES + (sizeBytes % Manifest.CHUNK_BYTES == 0 ? 0 : 1);
  }

  /** Where a chunk ends; no file goes on behind 2^63 - 1. */
  static long chunkEnd(long index) {
    long end = (index + 1) * Manifest.CHUNK_BYTES;
    return end < 0 ? Long.MAX_VALUE : end;
  }

  /** Whether something of the chunk is written. */
  boolean isWritten(long index) {
    return !written.within(index * Manifest.CHUNK_BYTES, chunkEnd(index)).isEmpty();
  }

  boolean isComplete(long index, int needBytes) {
    long start = index * Manifest.CHUNK_BYTES;
    return written.covers(start, start + needBytes);
  }

  /**
   * Notes that what is written at {@code offset} is appended there, and moves if the file's end
   * turns out elsewhere.
   */
  void beginAppend(long offset) {
    if (appendStart.isEmpty()) {
      appendStart = Optional.of(offset);
    }
  }

  /**
   * Writes what remains in {@code source}.
   *
   * @return the chunks that are full now, and whose end was just written
   */
  List<Long> write(ByteBuffer source, long offset) throws DinofsException {
    List<Long> full = new ArrayList<>(2);
    long position = offset;
    while (source.hasRemaining()) {
      long index = position / Manifest.CHUNK_BYTES;
      int at = (int) (position % Manifest.CHUNK_BYTES);
      int length = Math.min(source.remaining(), Manifest.CHUNK_BYTES - at);
      Spooled spooled = writable(index);
      spooled.chunk.write(source.slice(source.position(), length), at);
      source.position(source.position() + length);
      limitOpenFiles(spooled.chunk);
      position += length;
      written.add(position - length, position);
      if (at + length == Manifest.CHUNK_BYTES && isComplete(index, Manifest.CHUNK_BYTES)) {
        full.add(index);
      }
    }
    return full;
  }

  /** Writes zeros. A chunk that has nothing else takes no room. */
  void zero(long start, long end) throws DinofsException {
    long position = start;
    while (position < end) {
      long index = position / Manifest.CHUNK_BYTES;
      long endOfChunk = Math.min(end, chunkEnd(index));
      ChunkState state = chunks.get(index);
      boolean whole = endOfChunk - position == Manifest.CHUNK_BYTES;
      if (state != null && !whole) {
        write(ByteBuffer.allocate((int) (endOfChunk - position)), position);
      } else if (state != null) {
        chunks.remove(index);
        discard(state);
      }
      written.add(position, endOfChunk);
      position = endOfChunk;
    }
  }

  /**
   * Makes a chunk what a blob holds, or zeros.
   *
   * @param needBytes how much of the chunk is meant; the blob has no more
   */
  void adopt(long index, Optional<BlobKey> blob, int needBytes) {
    ChunkState state = chunks.remove(index);
    if (state != null) {
      discard(state);
    }
    blob.ifPresent(key -> chunks.put(index, new Stored(key, needBytes, Optional.empty(), true)));
    written.add(index * Manifest.CHUNK_BYTES, index * Manifest.CHUNK_BYTES + needBytes);
  }

  private Spooled writable(long index) throws DinofsException {
    ChunkState state = chunks.get(index);
    if (state instanceof Spooled spooled && !spooled.frozen) {
      return spooled;
    }
    Spooled fresh =
        new Spooled(state == null ? new SpoolChunk(storage) : copyWritten(index, state));
    chunks.put(index, fresh);
    return fresh;
  }

  /** A spool with what was written to the chunk, and nothing else. */
  SpoolChunk copyWritten(long index, ChunkState state) throws DinofsException {
    SpoolChunk copy = new SpoolChunk(storage);
    if (state == null) {
      return copy; // zeros
    }
    long start = index * Manifest.CHUNK_BYTES;
    try {
      for (RangeSet.Range range : written.within(start, chunkEnd(index))) {
        for (long at = range.start(); at < range.end(); at += COPY_BYTES) {
          ByteBuffer piece = ByteBuffer.allocate((int) Math.min(COPY_BYTES, range.end() - at));
          readChunk(state, piece, (int) (at - start));
          copy.write(piece.flip(), (int) (at - start));
        }
      }
    } catch (DinofsException e) {
      copy.discard();
      throw e;
    }
    return copy;
  }

  private void readChunk(ChunkState state, ByteBuffer target, int at) throws DinofsException {
    if (state instanceof Spooled spooled) {
      spooled.chunk.read(target, at);
    } else if (state instanceof Stored stored) {
      reader.read(stored.key(), target, at);
    } else {
      zero(target);
    }
  }

  private static void zero(ByteBuffer target) {
    while (target.hasRemaining()) {
      target.put((byte) 0);
    }
  }

  /**
   * Reads written bytes: from spools at once, from blobs later.
   *
   * @param target the bytes from {@code start} on; all of them have to be written
   */
  void read(ByteBuffer target, long start, List<BlobPiece> later) throws DinofsException {
    long position = start;
    while (target.hasRemaining()) {
      long index = position / Manifest.CHUNK_BYTES;
      int at = (int) (position % Manifest.CHUNK_BYTES);
      int length = Math.min(target.remaining(), Manifest.CHUNK_BYTES - at);
      ByteBuffer piece = target.slice(target.position(), length);
      ChunkState state = chunks.get(index);
      if (state instanceof Stored stored) {
        later.add(new BlobPiece(stored.key(), at, piece));
      } else if (state instanceof Spooled spooled) {
        spooled.chunk.read(piece, at);
        limitOpenFiles(spooled.chunk);
      } else {
        zero(piece);
      }
      target.position(target.position() + length);
      position += length;
    }
  }

  /**
   * Moves appended bytes to where they belong in a file that ends at {@code fileEnd} without this
   * layer, and returns whether that is elsewhere.
   */
  boolean moveAppends(long fileEnd) throws DinofsException {
    if (appendStart.isEmpty()) {
      return false;
    }
    long from = appendStart.get();
    long end = written.end();
    long to = Math.max(fileEnd, Math.max(written.endBelow(from), Math.min(from, extendedTo)));
    if (to == from) {
      return false;
    }
    WriteLayer moved = new WriteLayer(storage, reader);
    try {
      moved.copy(this, from, end, to - from);
      written.remove(from, end);
      chunks.tailMap(ceilChunk(from), true).values().forEach(WriteLayer::discard);
      chunks.tailMap(ceilChunk(from), true).clear();
      cut(from / Manifest.CHUNK_BYTES);
      copy(moved, to, moved.end(), 0);
    } finally {
      moved.discard();
    }
    appendStart = Optional.of(to);
    return true;
  }

  /**
   * Bytes have moved away out of a chunk and are still in it. If it is in a blob, or on its way
   * there, as one that is written all over, it is not that any more.
   */
  private void cut(long index) throws DinofsException {
    ChunkState state = chunks.get(index);
    if (state instanceof Spooled spooled && !spooled.frozen) {
      spooled.filled = true;
    } else if (state != null) {
      chunks.put(index, new Spooled(copyWritten(index, state)));
    }
  }

  /** Lays what was written later over this layer. */
  void absorb(WriteLayer later) throws DinofsException {
    copy(later, 0, later.end(), 0);
    if (appendStart.isEmpty()) {
      appendStart = later.appendStart;
    }
    extendTo(later.extendedTo);
    later.discard();
  }

  private void copy(WriteLayer source, long from, long to, long shift) throws DinofsException {
    for (RangeSet.Range range : source.written.within(from, to)) {
      for (long at = range.start(); at < range.end(); ) {
        long index = at / Manifest.CHUNK_BYTES;
        long endOfChunk = Math.min(range.end(), chunkEnd(index));
        if (source.state(index) == null) {
          zero(at + shift, endOfChunk + shift);
          at = endOfChunk;
          continue;
        }
        int length = (int) Math.min(COPY_BYTES, endOfChunk - at);
        ByteBuffer piece = ByteBuffer.allocate(length);
        source.readChunk(source.chunks.get(index), piece, (int) (at % Manifest.CHUNK_BYTES));
        write(piece.flip(), at + shift);
        at += length;
      }
    }
  }

  void discard() {
    chunks.values().forEach(WriteLayer::discard);
    chunks.clear();
  }

  private static void discard(ChunkState state) {
    if (state instanceof Spooled spooled && !spooled.frozen) {
      spooled.chunk.discard();
    }
  }

  private void limitOpenFiles(SpoolChunk used) {
    if (used.isFileOpen() && !openFiles.contains(used)) {
      openFiles.addLast(used);
      if (openFiles.size() > OPEN_FILES) {
        openFiles.removeFirst().closeFileUnlessFrozen();
      }
    }
  }
}
