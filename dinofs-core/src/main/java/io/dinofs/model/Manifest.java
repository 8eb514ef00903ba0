package io.dinofs.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

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

  /** The chunks that are not holes, ascending. */
  private final long[] indexes;

  /** Their digests, in the same order. */
  private final byte[] digests;

  private Manifest(long[] indexes, byte[] digests) {
    this.indexes = indexes;
    this.digests = digests;
  }

  /**
   * @param chunks blob keys by chunk index; copied
   * @throws IllegalArgumentException if there are more than {@link #MAX_CHUNKS}, or an index is out
   *     of range
   */
  public static Manifest of(Map<Long, BlobKey> chunks) {
    TreeMap<Long, BlobKey> sorted = new TreeMap<>(chunks);
    if (sorted.size() > MAX_CHUNKS) {
      throw new IllegalArgumentException(
          "a file has at most " + MAX_CHUNKS + " chunks of data, not " + sorted.size());
    }
    Builder builder = new Builder(sorted.size());
    sorted.forEach(builder::add);
    return builder.build();
  }

  /**
   * This manifest with some chunks changed and those from {@code limit} on left out.
   *
   * @param changes new blob keys by chunk index, or empty for a hole
   * @param limit the first chunk index behind the file's end
   * @throws IllegalArgumentException as {@link #of}
   */
  public Manifest with(NavigableMap<Long, Optional<BlobKey>> changes, long limit) {
    TreeMap<Long, Optional<BlobKey>> ahead = new TreeMap<>(changes.headMap(limit, false));
    Builder builder = new Builder(indexes.length + ahead.size());
    for (int i = 0; i < indexes.length && indexes[i] < limit; i++) {
      while (!ahead.isEmpty() && ahead.firstKey() < indexes[i]) {
        builder.add(ahead.pollFirstEntry());
      }
      if (!ahead.isEmpty() && ahead.firstKey() == indexes[i]) {
        builder.add(ahead.pollFirstEntry());
      } else {
        builder.add(indexes[i], keyAt(i));
      }
    }
    while (!ahead.isEmpty()) {
      builder.add(ahead.pollFirstEntry());
    }
    return builder.build();
  }

  /** The chunk's blob, or empty for a hole. */
  public Optional<BlobKey> chunk(long index) {
    int found = Arrays.binarySearch(indexes, index);
    return found < 0 ? Optional.empty() : Optional.of(keyAt(found));
  }

  /** The first chunk from {@code index} on that is no hole; empty if there is none. */
  public OptionalLong next(long index) {
    int found = Arrays.binarySearch(indexes, index);
    int at = found < 0 ? -found - 1 : found;
    return at < indexes.length ? OptionalLong.of(indexes[at]) : OptionalLong.empty();
  }

  /** The number of chunks that are not holes. */
  public int count() {
    return indexes.length;
  }

  /** Calls {@code visitor} with the blob of every chunk that is no hole, in order. */
  public void forEachBlob(Consumer<BlobKey> visitor) {
    for (int i = 0; i < indexes.length; i++) {
      visitor.accept(keyAt(i));
    }
  }

  /** All chunks that are not holes, by index; a copy that the caller may change. */
  public NavigableMap<Long, BlobKey> chunks() {
    TreeMap<Long, BlobKey> chunks = new TreeMap<>();
    for (int i = 0; i < indexes.length; i++) {
      chunks.put(indexes[i], keyAt(i));
    }
    return chunks;
  }

  private BlobKey keyAt(int position) {
    int from = position * BlobKey.BYTES;
    return new BlobKey(Bytes.wrap(Arrays.copyOfRange(digests, from, from + BlobKey.BYTES)));
  }

  public Bytes encode() {
    int runs = countRuns();
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + runs * RUN_BYTES + digests.length);
    out.putInt(MAGIC).put(FORMAT).putInt(CHUNK_BYTES).putInt(runs);
    int start = 0;
    while (start < indexes.length) {
      int end = endOfRun(start);
      out.putLong(indexes[start]).putInt(end - start);
      out.put(digests, start * BlobKey.BYTES, (end - start) * BlobKey.BYTES);
      start = end;
    }
    return Bytes.wrap(out.array());
  }

  private int countRuns() {
    int runs = 0;
    for (int start = 0; start < indexes.length; start = endOfRun(start)) {
      runs++;
    }
    return runs;
  }

  private int endOfRun(int start) {
    int end = start + 1;
    while (end < indexes.length && indexes[end] == indexes[end - 1] + 1) {
      end++;
    }
    return end;
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
      return decodeRuns(in, in.getInt());
    } catch (BufferUnderflowException e) {
      throw new CorruptRecordException(
          "a manifest that ends early, at " + encoded.length() + " bytes");
    }
  }

  private static Manifest decodeRuns(ByteBuffer in, int runs) throws CorruptRecordException {
    Builder builder = new Builder(Math.min(in.remaining() / BlobKey.BYTES, MAX_CHUNKS));
    long floor = 0;
    for (int run = 0; run < runs; run++) {
      long index = in.getLong();
      int length = in.getInt();
      boolean fits =
          length > 0 && length <= in.remaining() / BlobKey.BYTES && length <= builder.room();
      if (index < floor || index > LAST_INDEX - length + 1 || !fits) {
        throw new CorruptRecordException(
            "a manifest with a run of " + length + " chunks at " + index);
      }
      for (int i = 0; i < length; i++) {
        builder.add(index++, in);
      }
      floor = index;
    }
    if (runs < 0 || in.hasRemaining()) {
      throw new CorruptRecordException(
          "a manifest with " + runs + " runs and " + in.remaining() + " bytes too many");
    }
    return builder.build();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that
        && Arrays.equals(indexes, that.indexes)
        && Arrays.equals(digests, that.digests);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(indexes) + Arrays.hashCode(digests);
  }

  /** Collects chunks in ascending order. */
  private static final class Builder {
    private final long[] indexes;
    private final byte[] digests;
    private int count;

    Builder(int most) {
      indexes = new long[most];
      digests = new byte[most * BlobKey.BYTES];
    }

    int room() {
      return indexes.length - count;
    }

    void add(long index, BlobKey key) {
      if (index < 0 || index > LAST_INDEX) {
        throw new IllegalArgumentException("chunk index out of range: " + index);
      }
      key.digest().writeTo(ByteBuffer.wrap(digests, count * BlobKey.BYTES, BlobKey.BYTES));
      indexes[count++] = index;
    }

    void add(Map.Entry<Long, Optional<BlobKey>> change) {
      change.getValue().ifPresent(key -> add(change.getKey(), key));
    }

    void add(long index, ByteBuffer in) {
      in.get(digests, count * BlobKey.BYTES, BlobKey.BYTES);
      indexes[count++] = index;
    }

    Manifest build() {
      if (count > MAX_CHUNKS) {
        throw new IllegalArgumentException(
            "a file has at most " + MAX_CHUNKS + " chunks of data, not " + count);
      }
      return new Manifest(
          Arrays.copyOf(indexes, count), Arrays.copyOf(digests, count * BlobKey.BYTES));
    }
  }
}
