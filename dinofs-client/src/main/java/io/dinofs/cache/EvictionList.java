package io.dinofs.cache;

/**
 * What is cached, from the longest unused to the latest used, with the bytes of all.
 *
 * <p>An approximation of least recently used that costs a hit no lock (the "clock" or second chance
 * algorithm): a hit marks, and the mark is looked at when it is the item's turn to go. Every
 * operation is O(1).
 *
 * <p>Not safe for use by several threads but for {@link Evictable#markUsed}.
 */
final class EvictionList {
  /** How many marked items may go before an unmarked one is taken. */
  private static final int MAX_SECOND_CHANCES = 64;

  private Evictable oldest;
  private Evictable newest;
  private long bytes;

  long bytes() {
    return bytes;
  }

  void add(Evictable item, int itemBytes) {
    item.bytes = itemBytes;
    bytes += itemBytes;
    append(item);
  }

  void remove(Evictable item) {
    bytes -= item.bytes;
    unlink(item);
  }

  void resize(Evictable item, int deltaBytes) {
    item.bytes += deltaBytes;
    bytes += deltaBytes;
  }

  void clear() {
    oldest = null;
    newest = null;
    bytes = 0;
  }

  /** Whose turn it is to go; the list must not be empty. */
  Evictable victim() {
    for (int chances = 0; chances < MAX_SECOND_CHANCES && oldest.takeUsed(); chances++) {
      Evictable spared = oldest;
      unlink(spared);
      append(spared);
    }
    return oldest;
  }

  private void append(Evictable item) {
    item.previous = newest;
    item.next = null;
    if (newest == null) {
      oldest = item;
    } else {
      newest.next = item;
    }
    newest = item;
  }

  private void unlink(Evictable item) {
    if (item.previous == null) {
      oldest = item.next;
    } else {
      item.previous.next = item.next;
    }
    if (item.next == null) {
      newest = item.previous;
    } else {
      item.next.previous = item.previous;
    }
    item.previous = null;
    item.next = null;
  }
}
