package io.dinofs.vfs.content;

import io.dinofs.model.Attributes;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
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
    if (sizeBytes <= Content.Inline.MAX_BYTES) {
      return new OpenInode.Assembled(small(), sizeBytes, file.frozenWrite());
    }
    ChunkTable table = file.reader().table(committed.content());
    TreeMap<Long, Optional<BlobKey>> changes = new TreeMap<>();
    for (long index : changedChunks()) {
      changes.put(index, chunk(index, table.chunk(index)));
    }
    ChunkTable changed = table.with(changes, WriteLayer.ceilChunk(sizeBytes));
    Content content = committed.content();
    if (committed.content() instanceof Content.Inline
        || !changed.manifest().equals(table.manifest())) {
      content = changed.store(file.blobs());
      file.reader().remember(content, changed);
    }
    return new OpenInode.Assembled(content, sizeBytes, file.frozenWrite());
  }

  private Content small() throws DinofsException {
    boolean zeros = layer == null && committed.content().equals(Content.NONE);
    if (sizeBytes == 0 || zeros) {
      return Content.NONE;
    }
    ByteBuffer all = ByteBuffer.allocate((int) sizeBytes);
    file.readFrozen(layer, all, committed);
    return new Content.Inline(Bytes.wrap(all.array()));
  }

  private NavigableSet<Long> changedChunks() {
    NavigableSet<Long> changed = layer == null ? new TreeSet<>() : layer.chunksBelow(sizeBytes);
    if (sizeBytes < committed.size() && sizeBytes % Manifest.CHUNK_BYTES != 0) {
      changed.add(sizeBytes / Manifest.CHUNK_BYTES);
    }
    return changed;
  }

  private Optional<BlobKey> chunk(long index, Optional<BlobKey> base) throws DinofsException {
    int needBytes = (int) Math.min(Manifest.CHUNK_BYTES, sizeBytes - index * Manifest.CHUNK_BYTES);
    WriteLayer.ChunkState state = layer == null ? null : layer.state(index);
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
    return file.blobs().put(kept.flip());
  }
}
