package io.dinofs.vfs.content;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.content.WriteLayer.BlobPiece;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One read of a file through its layers. Each layer, the uppermost first, is {@linkplain #take
 * taken} from under the lock; what is in blobs is read by {@link #finish}, without it. For one
 * thread.
 */
final class LayeredRead {
  private final ByteBuffer target;
  private final long offset;
  private final List<BlobPiece> pieces = new ArrayList<>();
  private List<RangeSet.Range> gaps;

  /**
   * @param target has room for {@code length} bytes; its position stays as it is
   * @param offset where in the file the bytes begin
   */
  LayeredRead(ByteBuffer target, long offset, int length) {
    this.target = target;
    this.offset = offset;
    this.gaps = List.of(new RangeSet.Range(offset, offset + length));
  }

  /** Reads what {@code layer}, which may be null, has of what is still lacking. */
  void take(WriteLayer layer) throws DinofsException {
    if (layer == null) {
      return;
    }
    List<RangeSet.Range> left = new ArrayList<>();
    for (RangeSet.Range gap : gaps) {
      for (RangeSet.Range here : layer.written().within(gap.start(), gap.end())) {
        layer.read(part(here), here.start(), pieces);
      }
      left.addAll(layer.written().gaps(gap.start(), gap.end()));
    }
    gaps = left;
  }

  /**
   * Reads what is in blobs: written bytes, and below the layers the committed contents; behind
   * these are zeros.
   *
   * @throws DinofsException as {@link ContentReader#read}
   */
  void finish(ContentReader reader, Attributes committed) throws DinofsException {
    for (BlobPiece piece : pieces) {
      reader.read(piece.key(), piece.target(), piece.at());
    }
    for (RangeSet.Range gap : gaps) {
      ByteBuffer rest = part(gap);
      int below = (int) Math.max(0, Math.min(rest.remaining(), committed.size() - gap.start()));
      reader.read(committed.content(), rest.slice(0, below), gap.start());
      rest.position(below);
      while (rest.hasRemaining()) {
        rest.put((byte) 0);
      }
    }
  }

  private ByteBuffer part(RangeSet.Range range) {
    return target.slice(
        target.position() + (int) (range.start() - offset), (int) (range.end() - range.start()));
  }
}
