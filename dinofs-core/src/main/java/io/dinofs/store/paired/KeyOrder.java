package io.dinofs.store.paired;

import io.dinofs.store.Key;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * In which order queued keys are propagated: those that someone waits for, then the others, oldest
 * first; and those that were refused when their time comes. Not safe for several threads.
 */
final class KeyOrder {
  private record Delayed(Key key, long untilNanos) {}

  private final Set<Key> urgent = new LinkedHashSet<>();
  private final Set<Key> ordinary = new LinkedHashSet<>();

  /** The key that is due next comes first. */
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>(Comparator.comparingLong(Delayed::untilNanos));

  void add(Key key) {
    ordinary.add(key);
  }

  void addUrgent(Key key) {
    urgent.add(key);
  }

  /**
   * @param untilNanos as {@link System#nanoTime} counts
   */
  void addDelayed(Key key, long untilNanos) {
    delayed.add(new Delayed(key, untilNanos));
  }

  /** Makes those of the keys urgent that are queued, in the order of the set. */
  void hurry(Set<Key> keys) {
    for (Key key : keys) {
      if (ordinary.remove(key)) {
        urgent.add(key);
      }
    }
    delayed.removeIf(entry -> keys.contains(entry.key()) && urgent.add(entry.key()));
  }

  /** Whether there is a key that does not have to wait. */
  boolean hasNext(long nowNanos) {
    while (!delayed.isEmpty() && delayed.peek().untilNanos() - nowNanos <= 0) {
      ordinary.add(delayed.remove().key());
    }
    return !urgent.isEmpty() || !ordinary.isEmpty();
  }

  /** Takes the first key out; there has to be one. */
  Key next() {
    Set<Key> queue = urgent.isEmpty() ? ordinary : urgent;
    Key key = queue.iterator().next();
    queue.remove(key);
    return key;
  }

  /** When the next refused key is due; empty if there is none. */
  Optional<Long> nextDueNanos() {
    return Optional.ofNullable(delayed.peek()).map(Delayed::untilNanos);
  }
}
