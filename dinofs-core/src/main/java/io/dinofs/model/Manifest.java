package io.dinofs.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The chunks of a file larger than one chunk. A chunk that is not named is a hole; a chunk whose
 * blob is shorter than {@link #CHUNK_BYTES} ends in zeros.
 *
 * <p>Format 1, big endian: magic (4), format (1), chunk size (4), number of runs (4), then each run
 * of consecutive chunks: first index (8), length (4), and a blob key (32) for each. Holes cost
 * nothing, so a sparse file of 2^63 - 1 bytes with three chunks has a manifest of some hundred
 * bytes.
 */
public final class Manifest {
  /** The size of a chunk: 1 MiB. */
  public static final int CHUNK_BYTES = 1 << 20;

  /**
   * The most chunks that a manifest names: 1 TiB of data in a file; at worst a manifest of 44 MiB.
   */
  public static final int MAX_CHUNKS = 1 << 20;

  private static final long LAST_INDEX = Long.MAX_VALUE / CHUNK_BYTES;

  private static final int MAGIC = 0x44494e4f;
  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 13;
  private static final int RUN_BYTES = 12;

  private final NavigableMap<Long, BlobKey> chunks;

  private Manifest(NavigableMap<Long, BlobKey> chunks) {
    this.chunks = chunks;
  }

  /**
   * @param chunks blob keys by chunk index; copied
   * @throws IllegalArgumentException if there are more than {@link #MAX_CHUNKS}, or an index is out
   *     of range
   */
  public static Manifest of(Map<Long, BlobKey> chunks) {
    TreeMap<Long, BlobKey> copy = new TreeMap<>(chunks);
    if (copy.size() > MAX_CHUNKS) {
      throw new IllegalArgumentException(
          "a file has at most " + MAX_CHUNKS + " chunks of data, not " + copy.size());
    }
    if (!copy.isEmpty() && (copy.firstKey() < 0 || copy.lastKey() > Long.MAX_VALUE / CHUNK_BYTES)) {
      throw new IllegalArgumentException("chunk index out of range");
    }
    return new Manifest(copy);
  }

  /** The chunk's blob, or empty for a hole. */
  public Optional<BlobKey> chunk(long index) {
    return Optional.ofNullable(chunks.get(index));
  }

  /** All chunks that are not holes, by index; a copy that the caller may change. */
  public NavigableMap<Long, BlobKey> chunks() {
    return new TreeMap<>(chunks);
  }

  public Bytes encode() {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + countRuns() * RUN_BYTES + chunks.size() * BlobKey.BYTES);
    out.putInt(MAGIC).put(FORMAT).putInt(CHUNK_BYTES).putInt(countRuns());
    int lengthAt = 0;
    int length = 0;
    long next = -1;
    for (Map.Entry<Long, BlobKey> chunk : chunks.entrySet()) {
      if (chunk.getKey() != next) {
        out.putLong(chunk.getKey());
        lengthAt = out.position();
        out.putInt(0);
        length = 0;
      }
      chunk.getValue().digest().writeTo(out);
      out.putInt(lengthAt, ++length);
      next = chunk.getKey() + 1;
    }
    return Bytes.wrap(out.array());
  }

  private int countRuns() {
    int runs = 0;
    long next = -1;
    for (long index : chunks.keySet()) {
      if (index != next) {
        runs++;
      }
      next = index + 1;
    }
    return runs;
  }

  /**
   * @throws CorruptRecordException if the bytes are not a manifest of this format
   */
  public static Manifest decode(Bytes encoded) throws CorruptRecordException {
    ByteBuffer in = encoded.asBuffer();
    try {
      if (in.getInt() != MAGIC || in.get() != FORMAT || in.getInt() != CHUNK_BYTES) {
        throw new CorruptRecordException("not a manifest of this format");
      }
      return new Manifest(decodeRuns(in, in.getInt()));
    } catch (BufferUnderflowException e) {
      throw new CorruptRecordException(
          "a manifest that ends early, at " + encoded.length() + " bytes");
    }
  }

  private static NavigableMap<Long, BlobKey> decodeRuns(ByteBuffer in, int runs)
      throws CorruptRecordException {
    TreeMap<Long, BlobKey> chunks = new TreeMap<>();
    long floor = 0;
    for (int run = 0; run < runs; run++) {
      long index = in.getLong();
      int length = in.getInt();
      boolean fits = length > 0 && length <= in.remaining() / BlobKey.BYTES;
      if (index < floor || index > LAST_INDEX - length + 1 || !fits) {
        throw new CorruptRecordException(
            "a manifest with a run of " + length + " chunks at " + index);
      }
      for (int i = 0; i < length; i++) {
        byte[] digest = new byte[BlobKey.BYTES];
        in.get(digest);
        chunks.put(index++, new BlobKey(Bytes.wrap(digest)));
      }
      floor = index;
    }
    if (runs < 0 || in.hasRemaining()) {
      throw new CorruptRecordException(
          "a manifest with " + runs + " runs and " + in.remaining() + " bytes too many");
    }
    return chunks;
  }
}
