package io.dinofs.upkeep;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A set of blob keys with a number for each, from 0 on in the order of their coming. It needs about
 * 45 bytes of heap for a key, so that ten million fit where objects would need gigabytes. Not safe
 * for several threads.
 */
final class BlobSet {
  private static final int LONGS = BlobKey.BYTES / Long.BYTES;
  private static final int FIRST_CAPACITY = 1024;
  private static final int EMPTY = -1;

  /** The digests, four words each. */
  private long[] words = new long[FIRST_CAPACITY * LONGS];

  /**
   * Open addressing: the number of the key, or {@link #EMPTY}. A power of two, half full at most.
   */
  private int[] table = emptyTable(2 * FIRST_CAPACITY);

  private int size;

  private static int[] emptyTable(int slots) {
    int[] table = new int[slots];
    Arrays.fill(table, EMPTY);
    return table;
  }

  int size() {
    return size;
  }

  /** The number of a key, which is added if it is new. */
  int add(BlobKey key) {
    long[] digest = words(key);
    int slot = slotOf(digest);
    if (table[slot] != EMPTY) {
      return table[slot];
    }
    if ((size + 1) * LONGS > words.length) {
      words = Arrays.copyOf(words, Math.multiplyExact(words.length, 2));
    }
    System.arraycopy(digest, 0, words, size * LONGS, LONGS);
    table[slot] = size++;
    if (size * 2 > table.length) {
      rehash();
    }
    return size - 1;
  }

  /** The number of a key, or -1 if it is not in the set. */
  int find(BlobKey key) {
    return table[slotOf(words(key))];
  }

  /** The key with a number. */
  BlobKey get(int number) {
    ByteBuffer digest = ByteBuffer.allocate(BlobKey.BYTES);
    for (int i = 0; i < LONGS; i++) {
      digest.putLong(words[number * LONGS + i]);
    }
    return new BlobKey(Bytes.wrap(digest.array()));
  }

  private static long[] words(BlobKey key) {
    ByteBuffer digest = key.digest().asBuffer();
    long[] words = new long[LONGS];
    digest.asLongBuffer().get(words);
    return words;
  }

  /** Where the digest is, or where it belongs. Its bits are as good as random. */
  private int slotOf(long[] digest) {
    int mask = table.length - 1;
    int slot = (int) digest[0] & mask;
    while (table[slot] != EMPTY && !isAt(table[slot], digest)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean isAt(int number, long[] digest) {
    int from = number * LONGS;
    return Arrays.equals(words, from, from + LONGS, digest, 0, LONGS);
  }

  private void rehash() {
    table = emptyTable(Math.multiplyExact(table.length, 2));
    int mask = table.length - 1;
    for (int number = 0; number < size; number++) {
      int slot = (int) words[number * LONGS] & mask;
      while (table[slot] != EMPTY) {
        slot = (slot + 1) & mask;
      }
      table[slot] = number;
    }
  }
}
