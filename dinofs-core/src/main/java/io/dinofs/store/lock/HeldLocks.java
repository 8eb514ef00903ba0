package io.dinofs.store.lock;

import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who holds which locks. Does what it is told, conflict or not. Guarded by its user. */
public final class HeldLocks {
  private final Map<LockedFile, Map<LockOwner, OwnedRanges>> files = new HashMap<>();

  /** How many locks each node holds; no zeros. */
  private final Map<NodeId, Integer> counts = new HashMap<>();

  /** A file as the locks of one kind see it. */
  record LockedFile(InodeId inode, LockKind kind) {
    static LockedFile of(LockPlace place) {
      return new LockedFile(place.inode(), place.kind());
    }
  }

  /** Puts {@code lock} in the place of what its owner had there. */
  public void set(FileLock lock) {
    OwnedRanges ranges =
        files
            .computeIfAbsent(LockedFile.of(lock.place()), file -> new LinkedHashMap<>())
            .computeIfAbsent(lock.owner(), owner -> new OwnedRanges());
    int before = ranges.locks().size();
    ranges.set(lock);
    count(lock.owner().node(), ranges.locks().size() - before);
  }

  /** Removes what the owner holds there. Returns whether that was anything. */
  public boolean clear(LockPlace place) {
    LockedFile file = LockedFile.of(place);
    Map<LockOwner, OwnedRanges> owners = files.getOrDefault(file, Map.of());
    OwnedRanges ranges = owners.get(place.owner());
    if (ranges == null) {
      return false;
    }
    List<FileLock> before = ranges.locks();
    ranges.clear(place.range());
    count(place.owner().node(), ranges.locks().size() - before.size());
    if (ranges.locks().isEmpty()) {
      owners.remove(place.owner());
      if (owners.isEmpty()) {
        files.remove(file);
      }
    }
    return !ranges.locks().equals(before);
  }

  /** Whether {@link #clear(LockPlace)} would make two locks of one. */
  boolean wouldSplit(LockPlace place) {
    return ofOwner(place).stream()
        .anyMatch(
            lock ->
                lock.range().start() < place.range().start()
                    && lock.range().end() > place.range().end());
  }

  /** Removes all that {@code node} holds, and returns it. */
  public List<FileLock> clear(NodeId node) {
    List<FileLock> held = heldBy(node);
    Set<LockPlace> places = new HashSet<>();
    held.forEach(
        lock ->
            places.add(
                LockPlace.everything(lock.inode(), lock.place().kind(), lock.place().owner())));
    places.forEach(this::clear);
    return held;
  }

  private void count(NodeId node, int change) {
    if (change != 0) {
      counts.merge(
          node, change, (old, more) -> old + more == 0 ? null : Integer.valueOf(old + more));
    }
  }

  /** The lock in the way of {@code wanted} that comes first in the file. */
  public Optional<FileLock> conflict(FileLock wanted) {
    return conflicts(wanted).stream()
        .min(Comparator.comparingLong((FileLock lock) -> lock.range().start()));
  }

  /** Whose locks are in the way of {@code wanted}. */
  Set<LockOwner> ownersInTheWay(FileLock wanted) {
    Set<LockOwner> owners = new HashSet<>();
    conflicts(wanted).forEach(lock -> owners.add(lock.owner()));
    return owners;
  }

  /** The first lock of each owner that is in the way. */
  private List<FileLock> conflicts(FileLock wanted) {
    List<FileLock> conflicts = new ArrayList<>();
    for (OwnedRanges ranges :
        files.getOrDefault(LockedFile.of(wanted.place()), Map.of()).values()) {
      ranges.conflict(wanted).ifPresent(conflicts::add);
    }
    return conflicts;
  }

  /** What the owner of {@code place} holds of the file, in the order of the ranges. */
  private List<FileLock> ofOwner(LockPlace place) {
    OwnedRanges ranges = files.getOrDefault(LockedFile.of(place), Map.of()).get(place.owner());
    return ranges == null ? List.of() : ranges.locks();
  }

  /** Whether the owner has a lock there. */
  public boolean holds(LockPlace place) {
    return ofOwner(place).stream().anyMatch(lock -> lock.range().overlaps(place.range()));
  }

  /** All that {@code node} holds. */
  public List<FileLock> heldBy(NodeId node) {
    List<FileLock> held = new ArrayList<>();
    if (count(node) > 0) {
      for (Map<LockOwner, OwnedRanges> owners : files.values()) {
        owners.forEach(
            (owner, ranges) -> {
              if (owner.node().equals(node)) {
                held.addAll(ranges.locks());
              }
            });
      }
    }
    return held;
  }

  /** How many locks {@code node} holds. */
  public int count(NodeId node) {
    return counts.getOrDefault(node, 0);
  }
}
