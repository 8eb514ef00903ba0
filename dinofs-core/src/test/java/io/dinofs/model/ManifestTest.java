package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ManifestTest {
  /** The chunk with the last byte of a file of 2^63 - 1 bytes. */
  private static final long LAST_INDEX = (Long.MAX_VALUE - 1) / Manifest.CHUNK_BYTES;

  private static BlobKey key(long number) {
    byte[] digest = new byte[BlobKey.BYTES];
    ByteBuffer.wrap(digest).putLong(number * 0x9e3779b97f4a7c15L).putLong(number);
    return new BlobKey(Bytes.wrap(digest));
  }

  private static Manifest of(long... indexes) {
    Map<Long, BlobKey> chunks = new HashMap<>();
    for (long index : indexes) {
      chunks.put(index, key(index));
    }
    return Manifest.of(chunks);
  }

  private static void assertRoundTrip(Manifest manifest) throws CorruptRecordException {
    Manifest again = Manifest.decode(manifest.encode());
    assertEquals(manifest, again);
    assertEquals(manifest.chunks(), again.chunks());
    assertEquals(manifest.encode(), again.encode());
  }

  @Test
  void chunksAndHolesAreReadAsTheyWereWritten() throws Exception {
    assertRoundTrip(of());
    assertRoundTrip(of(0));
    assertRoundTrip(of(0, 1, 2));
    assertRoundTrip(of(5));
    assertRoundTrip(of(0, 2, 4));
    assertRoundTrip(of(0, 1, 7, 8, 9, 1_000_000_000_000L));
    Manifest sparse = of(3, 7);
    assertEquals(Optional.empty(), sparse.chunk(0));
    assertEquals(Optional.of(key(3)), sparse.chunk(3));
    assertEquals(Optional.empty(), sparse.chunk(4));
    assertEquals(Optional.of(key(7)), sparse.chunk(7));
    assertEquals(Optional.empty(), sparse.chunk(8));
    assertEquals(2, sparse.count());
  }

  @Test
  void theLargestFilesLastChunkHasAPlaceAndCostsNothing() throws Exception {
    Manifest manifest = of(0, LAST_INDEX - 1, LAST_INDEX);
    assertRoundTrip(manifest);
    assertEquals(Optional.of(key(LAST_INDEX)), manifest.chunk(LAST_INDEX));
    assertTrue(manifest.encode().length() < 300);
  }

  @Test
  void aChunkBehindTheLargestFileIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> of(LAST_INDEX + 1));
    assertThrows(IllegalArgumentException.class, () -> of(-1));
    NavigableMap<Long, Optional<BlobKey>> changes = new TreeMap<>();
    changes.put(LAST_INDEX + 1, Optional.of(key(1)));
    assertThrows(IllegalArgumentException.class, () -> of(0).with(changes, Long.MAX_VALUE));
    NavigableMap<Long, Optional<BlobKey>> negative = new TreeMap<>();
    negative.put(-1L, Optional.of(key(1)));
    assertThrows(IllegalArgumentException.class, () -> of(0).with(negative, Long.MAX_VALUE));
  }

  @Test
  void tooManyChunksAreRefused() {
    Map<Long, BlobKey> chunks = new HashMap<>();
    BlobKey key = key(1);
    for (long i = 0; i <= Manifest.MAX_CHUNKS; i++) {
      chunks.put(i, key);
    }
    assertThrows(IllegalArgumentException.class, () -> Manifest.of(chunks));
  }

  @Test
  void theLargestManifestFitsIntoAStore() {
    // Every second chunk: as many runs as chunks.
    long worst = 13 + (long) Manifest.MAX_CHUNKS * (12 + BlobKey.BYTES);
    assertTrue(worst <= 64 << 20, "" + worst);
  }

  @Test
  void randomChangesDoWhatAMapDoes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TreeMap<Long, BlobKey> model = new TreeMap<>();
    Manifest manifest = Manifest.of(model);
    for (int round = 0; round < 300; round++) {
      long limit = random.nextInt(5) == 0 ? random.nextInt(40) : Long.MAX_VALUE;
      NavigableMap<Long, Optional<BlobKey>> changes = new TreeMap<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        Optional<BlobKey> key =
            random.nextInt(3) == 0 ? Optional.empty() : Optional.of(key(random.nextLong()));
        changes.put((long) random.nextInt(40), key);
      }
      manifest = manifest.with(changes, limit);
      changes.forEach(
          (index, key) -> key.ifPresentOrElse(k -> model.put(index, k), () -> model.remove(index)));
      model.tailMap(limit).clear();
      assertEquals(model, manifest.chunks(), "seed " + seed);
      assertRoundTrip(manifest);
    }
  }

  @Test
  void whatIsNoEncodingIsRefusedAsCorrupt() {
    Fuzz.check(of(0, 1, 5, LAST_INDEX).encode(), Manifest::encode, Manifest::decode);
  }

  @Test
  void aRunThatPromisesMoreThanThereIsIsRefusedWithoutMemoryForIt() {
    for (int length : new int[] {0, -1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      byte[] encoded = of(4).encode().toArray();
      ByteBuffer.wrap(encoded).putInt(13 + Long.BYTES, length);
      assertThrows(CorruptRecordException.class, () -> Manifest.decode(Bytes.wrap(encoded)));
    }
    for (int runs : new int[] {0, 2, -1, Integer.MAX_VALUE}) {
      byte[] encoded = of(4).encode().toArray();
      ByteBuffer.wrap(encoded).putInt(9, runs);
      assertThrows(CorruptRecordException.class, () -> Manifest.decode(Bytes.wrap(encoded)));
    }
    for (long index : new long[] {-1, LAST_INDEX + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      byte[] encoded = of(4).encode().toArray();
      ByteBuffer.wrap(encoded).putLong(13, index);
      assertThrows(CorruptRecordException.class, () -> Manifest.decode(Bytes.wrap(encoded)));
    }
  }
}
