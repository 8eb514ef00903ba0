package io.dinofs.vfs.content;

import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.store.BlobStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A regular file that is open on this node, with what was written to it and is not committed. All
 * handles of the inode share it, so each reads what the others wrote.
 *
 * <p>What was written is in {@link WriteLayers}. Writes go on while it is being committed.
 *
 * <p>Locks: {@code commitLock} before {@code lock}. {@code commitLock} is held for a whole commit,
 * network included, by one committer at a time. {@code lock} guards the layers and is held for the
 * local spool's reads and writes, never for a commit, nor for storing a blob.
 */
public final class OpenInode {
  private final InodeId inode;
  private final ContentStorage storage;
  private final ContentReader reader;
  private final ChunkStorer chunks;
  private final ReentrantLock commitLock = new ReentrantLock();
  private final Object lock = new Object();

  /** Guarded by lock. */
  private final WriteLayers layers;

  /** Why it could not be committed when it was closed. Guarded by lock. */
  private String lastFailure = "";

  /**
   * Attributes as they were seen last, for when the inode has lost its last name. Guarded by lock.
   */
  private Attributes lastSeen;

  public OpenInode(InodeId inode, Attributes attributes, ContentStorage storage) {
    this.inode = inode;
    this.lastSeen = attributes;
    this.storage = storage;
    this.reader = new ContentReader(storage);
    this.layers = new WriteLayers(storage, reader);
    this.chunks = new ChunkStorer(reader, lock);
  }

  /**
   * Contents that are ready to be committed.
   *
   * @param sizeBytes the file's new size
   * @param allocatedBytes how much of it is no hole
   * @param written when it was written last; empty if only its size changes
   */
  public record Assembled(
      Content content, long sizeBytes, long allocatedBytes, Optional<Instant> written) {}

  public InodeId inode() {
    return inode;
  }

  /**
   * Remembers the newest attributes, and returns them as this node sees them: with what is not
   * committed yet.
   */
  public Attributes view(Attributes committed) {
    synchronized (lock) {
      if (!(committed.content() instanceof Content.InRecord)) {
        lastSeen = committed; // with its contents, or a way to them
      }
      return layers.over(committed);
    }
  }

  /** The attributes after the last name is gone: those that were seen last, without links. */
  public Attributes orphanView() {
    synchronized (lock) {
      return layers.over(lastSeen.toBuilder().nlink(0).build());
    }
  }

  /** The attributes below the layers after the last name is gone. */
  public Attributes lastSeen() {
    synchronized (lock) {
      return lastSeen;
    }
  }

  /** Changes the attributes of an inode that has no name any more, and that nobody else knows. */
  public void changeOrphan(Attributes changed) {
    synchronized (lock) {
      lastSeen = changed;
    }
  }

  /** Whether something was written and is not committed. */
  public boolean isDirty() {
    synchronized (lock) {
      return !layers.isEmpty();
    }
  }

  /** How often it was written to since it was opened first. */
  public long writes() {
    synchronized (lock) {
      return layers.writes();
    }
  }

  /** Remembers why it could not be committed when it was closed. */
  public void noteFailure(String reason) {
    synchronized (lock) {
      lastFailure = reason;
    }
  }

  public String lastFailure() {
    synchronized (lock) {
      return lastFailure;
    }
  }

  /** What was written and is not committed. */
  List<RangeSet.Range> written() {
    synchronized (lock) {
      return layers.written();
    }
  }

  /**
   * Whether appended bytes are elsewhere than their writers think, for a reason that came up since
   * the last call.
   */
  public boolean takeAppendsMoved() {
    synchronized (lock) {
      return layers.takeAppendsMoved();
    }
  }

  /** Whether so much is written in so many places that it should be committed now. */
  public boolean isFull() {
    synchronized (lock) {
      return layers.isFull();
    }
  }

  /** The times were set: a commit of what was written before leaves them as they are. */
  public void forgetWriteTime() {
    synchronized (lock) {
      layers.forgetWriteTime();
    }
  }

  /**
   * Writes what remains in {@code source}.
   *
   * @param append write at the end of the file, whatever {@code offset} says
   * @param committed the newest attributes
   * @throws DinofsException NO_SPACE, FILE_TOO_LARGE, IO
   */
  public void write(
      ByteBuffer source, long offset, boolean append, Attributes committed, Instant now)
      throws DinofsException {
    WriteLayers.Filled filled;
    synchronized (lock) {
      filled = layers.write(source, offset, append, committed, now);
    }
    for (long index : filled.chunks()) {
      // So its upload begins while the next one is written.
      chunks.storeFull(filled.layer(), index);
    }
  }

  /**
   * A run of bytes that are no hole.
   *
   * @param end exclusive
   */
  public record DataRange(long start, long end) {}

  /**
   * The first run of data at or behind {@code offset}, as the file is now; holes are known by
   * chunks.
   *
   * @param committed the newest attributes
   * @throws DinofsException as {@link BlobStore#get}
   */
  public Optional<DataRange> nextData(long offset, Attributes committed) throws DinofsException {
    long inlineEnd =
        committed.content() instanceof Content.Inline small ? storage.smallBytes(small) : 0;
    ChunkTable table = inlineEnd > 0 ? ChunkTable.EMPTY : reader.table(committed.content());
    synchronized (lock) {
      return new DataMap(layers.downwards(), table, inlineEnd, layers.size(committed.size()))
          .nextData(offset);
    }
  }

  /** Writes zeros to a run of bytes; chunks that have nothing else become holes. */
  public void zero(DataRange range, Instant now) throws DinofsException {
    change(now, layer -> layer.zero(range.start(), range.end()));
  }

  /** Lets the file have at least {@code end} bytes. */
  public void extendTo(long end, Instant now) throws DinofsException {
    change(now, layer -> layer.extendTo(end));
  }

  /**
   * The blob that is a chunk of committed contents; empty for a hole.
   *
   * @throws DinofsException as {@link BlobStore#get}
   */
  public Optional<BlobKey> blob(Content content, long index) throws DinofsException {
    return reader.table(content).chunk(index);
  }

  /**
   * Makes a chunk what a blob holds, or a hole.
   *
   * @param bytes how much of it; less than a whole one only if neither blob nor file go on behind
   */
  public void adopt(long index, Optional<BlobKey> blob, int bytes, Instant now)
      throws DinofsException {
    change(now, layer -> layer.adopt(index, blob, bytes));
  }

  private void change(Instant now, WriteLayers.LayerChange change) throws DinofsException {
    synchronized (lock) {
      layers.change(now, change);
    }
  }

  /**
   * Reads from {@code offset} until {@code target} is full or the file ends.
   *
   * @param committed the newest attributes
   * @return how many bytes were read
   * @throws DinofsException as {@link BlobStore#open}
   */
  public int read(ByteBuffer target, long offset, Attributes committed) throws DinofsException {
    int length;
    LayeredRead read;
    synchronized (lock) {
      long size = layers.size(committed.size());
      length = (int) Math.min(target.remaining(), Math.max(0, size - offset));
      read = new LayeredRead(target, offset, length);
      for (WriteLayer layer : layers.downwards()) {
        read.take(layer);
      }
    }
    read.finish(reader, committed);
    target.position(target.position() + length);
    return length;
  }

  /**
   * Begins a commit: waits for another one, then freezes what is written.
   *
   * @return whether anything is to be committed; if not, the commit has ended already
   * @throws DinofsException UNAVAILABLE after {@code limitMillis}, INTERRUPTED
   */
  public boolean beginCommit(boolean evenIfClean, long limitMillis) throws DinofsException {
    try {
      if (!commitLock.tryLock(limitMillis, TimeUnit.MILLISECONDS)) {
        throw new DinofsException(
            ErrorKind.UNAVAILABLE, "inode " + inode + ": an earlier commit has not ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "inode " + inode + ": interrupted", e);
    }
    synchronized (lock) {
      if (!layers.freeze() && !evenIfClean) {
        commitLock.unlock();
        return false;
      }
      return true;
    }
  }

  /**
   * Lays what is frozen over {@code committed} and stores the chunks that change. May be called
   * again, with newer attributes.
   *
   * @param newSize the size that the file is to have then
   * @throws DinofsException as {@link BlobStore#put} and {@link BlobStore#open}, FILE_TOO_LARGE
   */
  public Assembled assemble(Attributes committed, OptionalLong newSize) throws DinofsException {
    synchronized (lock) {
      layers.moveAppends(committed.size());
    }
    return new ContentAssembler(this, committed, newSize).assemble();
  }

  /** Ends a commit that was accepted: what was frozen is contents now. */
  public void commitDone() {
    synchronized (lock) {
      layers.discardFrozen();
    }
    commitLock.unlock();
  }

  /** Ends a commit that failed: what was frozen is as if just written. */
  public void commitFailed() throws DinofsException {
    try {
      synchronized (lock) {
        layers.thaw();
      }
    } finally {
      commitLock.unlock();
    }
  }

  /**
   * What the assembler works with; it runs under the commit lock, so the frozen layer is its own
   * but for readers.
   */
  WriteLayer frozenLayer() {
    synchronized (lock) {
      return layers.frozen();
    }
  }

  Optional<Instant> frozenWrite() {
    synchronized (lock) {
      return layers.frozenWrite();
    }
  }

  ContentReader reader() {
    return reader;
  }

  ContentStorage storage() {
    return storage;
  }

  ChunkStorer chunks() {
    return chunks;
  }

  /** Fills {@code target} with the beginning of the file, as it is with the frozen layer. */
  void readFrozen(WriteLayer layer, ByteBuffer target, Attributes committed)
      throws DinofsException {
    LayeredRead read = new LayeredRead(target, 0, target.remaining());
    synchronized (lock) {
      read.take(layer);
    }
    read.finish(reader, committed);
  }

  /**
   * The blobs that contents consist of, a manifest included.
   *
   * @throws DinofsException as {@link BlobStore#get}
   */
  public List<BlobKey> blobsOf(Content content) throws DinofsException {
    List<BlobKey> keys = new ArrayList<>();
    if (content instanceof Content.Chunked chunked) {
      keys.add(chunked.manifest());
    }
    if (content instanceof Content.SingleBlob || content instanceof Content.Chunked) {
      reader.table(content).manifest().forEachBlob(keys::add);
    }
    return keys;
  }

  /** Gives everything back, written bytes too. */
  public void close() {
    synchronized (lock) {
      layers.discardActive();
    }
    reader.close();
  }
}
