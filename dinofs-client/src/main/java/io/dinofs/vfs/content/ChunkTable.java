package io.dinofs.vfs.content;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.BlobStore;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which blob is which chunk of a file: committed {@link Content} as the reader and the assembler
 * need it. Immutable.
 */
final class ChunkTable {
  static final ChunkTable EMPTY = new ChunkTable(Manifest.of(Map.of()));

  private final Manifest manifest;

  private ChunkTable(Manifest manifest) {
    this.manifest = manifest;
  }

  /**
   * @throws DinofsException as {@link BlobStore#get}, if there is a manifest to be fetched; as
   *     {@link BlobStore#put}, if the contents are not in blobs yet
   */
  static ChunkTable of(Content content, ContentStorage storage) throws DinofsException {
    if (content instanceof Content.SingleBlob single) {
      return new ChunkTable(Manifest.of(Map.of(0L, single.key())));
    }
    if (content instanceof Content.Chunked chunked) {
      return new ChunkTable(Manifest.decode(storage.kept().get(chunked.manifest())));
    }
    if (content instanceof Content.Inline inline) {
      // The file has grown: what was small becomes the beginning of its first chunk.
      BlobKey first = storage.blobs().put(storage.bytes(inline).asBuffer());
      return new ChunkTable(Manifest.of(Map.of(0L, first)));
    }
    if (content instanceof Content.InRecord) {
      throw new DinofsException(
          ErrorKind.CORRUPT, "the contents of a small file were not read with it");
    }
    return EMPTY;
  }

  Optional<BlobKey> chunk(long index) {
    return manifest.chunk(index);
  }

  Manifest manifest() {
    return manifest;
  }

  /** How much of a file of {@code sizeBytes} lies in chunks that are no holes. */
  long allocatedBytes(long sizeBytes) {
    long whole = (long) manifest.count() * Manifest.CHUNK_BYTES;
    int tail = (int) (sizeBytes % Manifest.CHUNK_BYTES);
    boolean endsInData = tail != 0 && manifest.chunk(sizeBytes / Manifest.CHUNK_BYTES).isPresent();
    return endsInData ? whole - Manifest.CHUNK_BYTES + tail : whole;
  }

  /**
   * This table with some chunks changed and those from {@code limit} on left out.
   *
   * @throws DinofsException FILE_TOO_LARGE if a manifest can't hold it
   */
  ChunkTable with(NavigableMap<Long, Optional<BlobKey>> changes, long limit)
      throws DinofsException {
    try {
      return new ChunkTable(manifest.with(new TreeMap<>(changes), limit));
    } catch (IllegalArgumentException e) {
      throw new DinofsException(ErrorKind.FILE_TOO_LARGE, e.getMessage(), e);
    }
  }

  /**
   * The content that stands for this table, with its manifest stored if it needs one.
   *
   * @throws DinofsException as {@link BlobStore#put}
   */
  Content store(ContentStorage storage) throws DinofsException {
    if (manifest.count() == 0) {
      return Content.NONE;
    }
    Optional<BlobKey> first = manifest.chunk(0);
    if (manifest.count() == 1 && first.isPresent()) {
      return new Content.SingleBlob(first.get());
    }
    return new Content.Chunked(storage.kept().put(manifest.encode().asBuffer()));
  }
}
