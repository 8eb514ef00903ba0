package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which names the kernel may keep, or keep for absent. A name that it was never told to keep need
 * not be taken away from it, which spares most changes of other nodes a notification.
 *
 * <p>By hash, so it errs to the safe side; never forgets. Safe for any number of threads.
 */
final class ToldNames {
  private static final int BITS = 1 << 21;
  private static final int WORD_SHIFT = 6;

  private final AtomicLongArray words = new AtomicLongArray(BITS >>> WORD_SHIFT);

  /** The kernel is going to be told of the name; to be called before the stamps are looked at. */
  void add(InodeId parent, Name name) {
    int bit = bit(parent, name);
    int word = bit >>> WORD_SHIFT;
    long mask = 1L << bit;
    if ((words.get(word) & mask) == 0) {
      words.getAndUpdate(word, old -> old | mask);
    }
  }

  /** Whether the kernel may keep it; to be called after the change is stamped. */
  boolean contains(InodeId parent, Name name) {
    int bit = bit(parent, name);
    return (words.get(bit >>> WORD_SHIFT) & (1L << bit)) != 0;
  }

  private static int bit(InodeId parent, Name name) {
    int spread = ChangeStamps.hash(parent, name) * 0x9E3779B9;
    return spread >>> (Integer.SIZE - Integer.numberOfTrailingZeros(BITS));
  }
}
