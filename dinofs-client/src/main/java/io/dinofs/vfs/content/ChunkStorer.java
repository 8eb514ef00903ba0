package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Manifest;
import io.dinofs.vfs.content.WriteLayer.Spooled;
import io.dinofs.vfs.content.WriteLayer.Stored;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Moves chunks of layers from spools into blobs. The lock of the layers is held to freeze a chunk
 * and to say that it is stored, not while it is; if it is written to meanwhile, that goes into a
 * spool of its own ({@link WriteLayer}).
 */
final class ChunkStorer {
  private final ContentReader reader;

  /** Guards the layers. */
  private final Object lock;

  ChunkStorer(ContentReader reader, Object lock) {
    this.reader = reader;
    this.lock = lock;
  }

  /**
   * Stores a chunk that is written all over, unless that is done already, or the committer's to do.
   */
  void storeFull(WriteLayer layer, long index) throws DinofsException {
    Spooled spooled;
    synchronized (lock) {
      if (layer.isFrozen() || !(layer.state(index) instanceof Spooled state) || state.frozen) {
        return;
      }
      state.chunk.freeze(Manifest.CHUNK_BYTES);
      state.frozen = true;
      spooled = state;
    }
    store(layer, index, spooled, new Frozen(Manifest.CHUNK_BYTES, Optional.empty(), true));
  }

  /** How a chunk was laid out when it was frozen: see {@link Stored}. */
  private record Frozen(int needBytes, Optional<BlobKey> base, boolean complete) {}

  private BlobKey store(WriteLayer layer, long index, Spooled spooled, Frozen frozen)
      throws DinofsException {
    BlobKey key;
    try {
      key = spooled.chunk.store();
    } catch (DinofsException e) {
      synchronized (lock) {
        spooled.frozen = false;
        spooled.chunk.thaw();
      }
      throw e;
    }
    synchronized (lock) {
      if (layer.state(index) == spooled) {
        layer.replace(index, new Stored(key, frozen.needBytes(), frozen.base(), frozen.complete()));
      }
      spooled.chunk.discard();
    }
    return key;
  }

  /**
   * Stores a chunk of the frozen layer, laid over {@code base}.
   *
   * @param needBytes how much of the chunk is below the file's new end
   */
  BlobKey storeFrozen(WriteLayer layer, long index, int needBytes, Optional<BlobKey> base)
      throws DinofsException {
    Spooled spooled = workOn(layer, index, needBytes);
    int baseBytes = base.isPresent() ? Math.min(needBytes, reader.size(base.get())) : 0;
    int dataBytes = Math.min(needBytes, Math.max(spooled.chunk.length(), baseBytes));
    if (base.isPresent() || spooled.filled) {
      fill(layer, index, spooled, dataBytes, base);
    }
    synchronized (lock) {
      spooled.chunk.freeze(dataBytes);
      spooled.frozen = true;
    }
    return store(
        layer, index, spooled, new Frozen(needBytes, base, layer.isComplete(index, needBytes)));
  }

  /** A spool of the chunk that may be filled up and cut. */
  private Spooled workOn(WriteLayer layer, long index, int needBytes) throws DinofsException {
    synchronized (lock) {
      WriteLayer.ChunkState state = layer.state(index);
      boolean usable =
          state instanceof Spooled spooled
              && !spooled.frozen
              && spooled.chunk.length() <= needBytes;
      if (usable) {
        return (Spooled) state;
      }
      Spooled copy = new Spooled(layer.copyWritten(index, state));
      if (copy.chunk.length() <= needBytes) {
        layer.replace(index, copy);
      }
      return copy;
    }
  }

  private void fill(
      WriteLayer layer, long index, Spooled spooled, int dataBytes, Optional<BlobKey> base)
      throws DinofsException {
    long start = index * Manifest.CHUNK_BYTES;
    for (RangeSet.Range gap : layer.written().gaps(start, start + dataBytes)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) (gap.end() - gap.start()));
      int at = (int) (gap.start() - start);
      if (base.isPresent()) {
        reader.read(base.get(), bytes, at);
      }
      bytes.clear();
      synchronized (lock) {
        spooled.filled = true;
        spooled.chunk.write(bytes, at);
      }
    }
  }
}
