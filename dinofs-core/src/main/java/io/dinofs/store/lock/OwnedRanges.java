package io.dinofs.store.lock;

import io.dinofs.model.FileLock;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What one owner holds of one file: locks in the order of their ranges, of which no two overlap and
 * no two that touch have the same mode. Guarded by its user.
 */
final class OwnedRanges {
  private List<FileLock> locks = List.of();

  List<FileLock> locks() {
    return locks;
  }

  /** The first lock here that {@code wanted}, of another owner, can't go beside. */
  Optional<FileLock> conflict(FileLock wanted) {
    for (FileLock lock : locks) {
      if (lock.conflictsWith(wanted)) {
        return Optional.of(lock);
      }
    }
    return Optional.empty();
  }

  /** Puts {@code lock} in the place of all that it overlaps. */
  void set(FileLock lock) {
    List<FileLock> result = without(lock.range());
    result.add(lock);
    result.sort(Comparator.comparingLong(held -> held.range().start()));
    locks = merged(result);
  }

  void clear(LockRange range) {
    locks = List.copyOf(without(range));
  }

  private List<FileLock> without(LockRange range) {
    List<FileLock> result = new ArrayList<>(locks.size() + 2);
    for (FileLock lock : locks) {
      LockRange own = lock.range();
      if (!own.overlaps(range)) {
        result.add(lock);
        continue;
      }
      if (own.start() < range.start()) {
        result.add(part(lock, own.start(), range.start() - 1));
      }
      if (own.end() > range.end()) {
        result.add(part(lock, range.end() + 1, own.end()));
      }
    }
    return result;
  }

  private static List<FileLock> merged(List<FileLock> sorted) {
    List<FileLock> result = new ArrayList<>(sorted.size());
    for (FileLock lock : sorted) {
      FileLock last = result.isEmpty() ? null : result.get(result.size() - 1);
      if (last != null && last.mode() == lock.mode() && last.range().isFollowedBy(lock.range())) {
        result.set(result.size() - 1, part(lock, last.range().start(), lock.range().end()));
      } else {
        result.add(lock);
      }
    }
    return List.copyOf(result);
  }

  private static FileLock part(FileLock lock, long start, long end) {
    LockPlace place = lock.place();
    LockRange range = new LockRange(start, end);
    return new FileLock(
        new LockPlace(place.inode(), place.kind(), place.owner(), range), lock.mode(), lock.pid());
  }
}
