package io.dinofs.vfs.content;

import io.dinofs.model.Manifest;
import io.dinofs.vfs.content.OpenInode.DataRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a file has data and where holes: what lseek(2) means by SEEK_DATA and SEEK_HOLE. Holes are
 * known by chunks. Used under the lock of the layers.
 */
final class DataMap {
  private final List<WriteLayer> layers;
  private final ChunkTable table;
  private final long inlineEnd;
  private final long size;

  /**
   * @param layers the uppermost first
   * @param table the chunks below the layers
   * @param inlineEnd where the contents of a small file below the layers end; 0 if they are chunks
   * @param size where the file ends
   */
  DataMap(List<WriteLayer> layers, ChunkTable table, long inlineEnd, long size) {
    this.layers = layers;
    this.table = table;
    this.inlineEnd = inlineEnd;
    this.size = size;
  }

  /** Bytes that are all data, or all a hole, up to {@code end}. */
  private record Run(boolean isData, long end) {}

  Optional<DataRange> nextData(long offset) {
    long start = skip(offset, false);
    return start >= size ? Optional.empty() : Optional.of(new DataRange(start, skip(start, true)));
  }

  /** The first byte from {@code offset} on that is not {@code data}, or the file's end. */
  private long skip(long offset, boolean data) {
    long at = offset;
    while (at < size) {
      Run run = runAt(at);
      if (run.isData() != data) {
        return at;
      }
      at = run.end();
    }
    return size;
  }

  private Run runAt(long offset) {
    long limit = size;
    for (WriteLayer layer : layers) {
      Optional<RangeSet.Range> range = layer.written().next(offset);
      if (range.isPresent() && range.get().start() <= offset) {
        return written(layer, offset, Math.min(limit, range.get().end()));
      }
      limit = range.isPresent() ? Math.min(limit, range.get().start()) : limit;
    }
    return below(offset, limit);
  }

  private static Run written(WriteLayer layer, long offset, long limit) {
    long index = offset / Manifest.CHUNK_BYTES;
    Long next = layer.nextState(index);
    if (next != null && next == index) {
      return new Run(true, Math.min(limit, WriteLayer.chunkEnd(index)));
    }
    return new Run(false, next == null ? limit : Math.min(limit, next * Manifest.CHUNK_BYTES));
  }

  private Run below(long offset, long limit) {
    if (inlineEnd > 0) {
      boolean isData = offset < inlineEnd;
      return new Run(isData, isData ? Math.min(limit, inlineEnd) : limit);
    }
    long index = offset / Manifest.CHUNK_BYTES;
    OptionalLong next = table.manifest().next(index);
    if (next.isPresent() && next.getAsLong() == index) {
      return new Run(true, Math.min(limit, WriteLayer.chunkEnd(index)));
    }
    return new Run(
        false, next.isPresent() ? Math.min(limit, next.getAsLong() * Manifest.CHUNK_BYTES) : limit);
  }
}
