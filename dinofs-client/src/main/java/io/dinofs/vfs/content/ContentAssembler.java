package io.dinofs.vfs.content;

import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Manifest;
import java.nio.ByteBuffer;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes new contents of a file from the committed ones and the layer that is being committed, for
 * one attempt.
 */
final class ContentAssembler {
  private final OpenInode file;
  private final WriteLayer layer;
  private final Attributes committed;
  private final long sizeBytes;

  ContentAssembler(OpenInode file, Attributes committed, OptionalLong newSize) {
    this.file = file;
    this.layer = file.frozenLayer();
    this.committed = committed;
    long written = layer == null ? 0 : layer.end();
    this.sizeBytes = newSize.orElse(Math.max(committed.size(), written));
  }

  OpenInode.Assembled assemble() throws DinofsException {
    if (sizeBytes <= file.storage().maxSmallBytes()) {
      Content small = small();
      long allocated = small instanceof Content.Inline ? sizeBytes : 0;
      return new OpenInode.Assembled(small, sizeBytes, allocated, file.frozenWrite());
    }
    ChunkTable table = file.reader().table(committed.content());
    TreeMap<Long, Optional<BlobKey>> changes = new TreeMap<>();
    for (long index : changedChunks(table)) {
      changes.put(index, chunk(index, table.chunk(index)));
    }
    ChunkTable changed = table.with(changes, WriteLayer.ceilChunk(sizeBytes));
    Content content = committed.content();
    if (committed.content() instanceof Content.Inline
        || !changed.manifest().equals(table.manifest())) {
      content = changed.store(file.storage());
      file.reader().remember(content, changed);
    }
    return new OpenInode.Assembled(
        content, sizeBytes, changed.allocatedBytes(sizeBytes), file.frozenWrite());
  }

  private Content small() throws DinofsException {
    boolean zeros = layer == null && committed.content().equals(Content.NONE);
    if (sizeBytes == 0 || zeros) {
      return Content.NONE;
    }
    ByteBuffer all = ByteBuffer.allocate((int) sizeBytes);
    file.readFrozen(layer, all, committed);
    return file.storage().small(all.array());
  }

  private NavigableSet<Long> changedChunks(ChunkTable table) {
    NavigableSet<Long> changed = layer == null ? new TreeSet<>() : layer.chunksBelow(sizeBytes);
    if (layer != null) {
      addZeroed(changed, table);
    }
    if (sizeBytes < committed.size() && sizeBytes % Manifest.CHUNK_BYTES != 0) {
      changed.add(sizeBytes / Manifest.CHUNK_BYTES);
    }
    return changed;
  }

  /** Chunks that have contents, and of which zeros are written; of others zeros change nothing. */
  private void addZeroed(NavigableSet<Long> changed, ChunkTable table) {
    for (RangeSet.Range range : layer.written().within(0, sizeBytes)) {
      long last = (range.end() - 1) / Manifest.CHUNK_BYTES;
      OptionalLong next = table.manifest().next(range.start() / Manifest.CHUNK_BYTES);
      while (next.isPresent() && next.getAsLong() <= last) {
        changed.add(next.getAsLong());
        next = table.manifest().next(next.getAsLong() + 1);
      }
    }
  }

  private Optional<BlobKey> chunk(long index, Optional<BlobKey> base) throws DinofsException {
    int needBytes = (int) Math.min(Manifest.CHUNK_BYTES, sizeBytes - index * Manifest.CHUNK_BYTES);
    WriteLayer.ChunkState state = layer == null ? null : layer.state(index);
    if (state == null && layer != null && layer.isWritten(index)) {
      return base.isEmpty() || layer.isComplete(index, needBytes)
          ? Optional.empty()
          : Optional.of(file.chunks().storeFrozen(layer, index, needBytes, base));
    }
    if (state == null) {
      return base.isEmpty() ? base : Optional.of(cut(base.get(), needBytes));
    }
    if (state instanceof WriteLayer.Stored stored && stored.fits(needBytes, base)) {
      return Optional.of(stored.key());
    }
    return Optional.of(file.chunks().storeFrozen(layer, index, needBytes, base));
  }

  private BlobKey cut(BlobKey base, int needBytes) throws DinofsException {
    if (file.reader().size(base) <= needBytes) {
      return base;
    }
    ByteBuffer kept = ByteBuffer.allocate(needBytes);
    file.reader().read(base, kept, 0);
    return file.storage().blobs().put(kept.flip());
  }
}
