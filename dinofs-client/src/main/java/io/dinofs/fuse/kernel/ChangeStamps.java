package io.dinofs.fuse.kernel;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.VolumeChange;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * When what was changed last, on a clock that ticks with every change.
 *
 * <p>An answer is computed between two looks at this clock. If what it tells has changed since the
 * first look, it may be old, and must not be kept. Whoever changes something stamps it after the
 * change can be read and before the kernel is told. So an answer that shows the old state either
 * sees the stamp, or was finished before the kernel is told.
 *
 * <p>Stamps are kept by hash: two things that share a place look changed when one of them is, which
 * costs one more question of the kernel. So there is nothing to bound and nothing to forget. Safe
 * for any number of threads, without locks.
 */
final class ChangeStamps {
  private static final int PLACES = 1 << 16;

  /** More than can be under way; one that is overwritten costs a question of the kernel. */
  private static final int OWN_COMMITS = 1 << 10;

  private record Own(CommitNumber commit, long stamp) {}

  private final AtomicLong clock = new AtomicLong();
  private final AtomicLongArray attributes = new AtomicLongArray(PLACES);
  private final AtomicLongArray names = new AtomicLongArray(PLACES);
  private final AtomicLongArray listings = new AtomicLongArray(PLACES);

  /** The commits of this node that came last, each in the place of its number; null at first. */
  private final AtomicReferenceArray<Own> own = new AtomicReferenceArray<>(OWN_COMMITS);

  /** When everything was changed last. */
  private final AtomicLong everything = new AtomicLong();

  /** The time, for a later question whether something has changed since. */
  long now() {
    return clock.get();
  }

  /** The time of a change, to stamp all with that it changes. */
  long tick() {
    return clock.incrementAndGet();
  }

  /** A commit of this node has its time, which all that it changes is stamped with. */
  void ownChanged(CommitNumber commit, long stamp) {
    own.set(place(commit), new Own(commit, stamp));
  }

  /** The time of a commit of this node; that of the first change if it is not known any more. */
  long ofOwn(CommitNumber commit) {
    Own there = own.get(place(commit));
    return there != null && there.commit().equals(commit) ? there.stamp() : 0;
  }

  /** Stamps what is different. */
  void changed(VolumeChange.Effect effect, long stamp) {
    if (effect instanceof VolumeChange.AttributesChanged changed) {
      attributesChanged(changed.inode(), stamp);
    } else if (effect instanceof VolumeChange.InodeRemoved removed) {
      attributesChanged(removed.inode(), stamp);
      listingChanged(removed.inode(), stamp);
    } else if (effect instanceof VolumeChange.XattrChanged changed) {
      attributesChanged(changed.inode(), stamp);
    } else if (effect instanceof VolumeChange.EntryChanged changed) {
      nameChanged(changed.parent(), changed.name(), stamp);
      listingChanged(changed.parent(), stamp);
    } else if (effect instanceof VolumeChange.ParentChanged changed) {
      listingChanged(changed.directory(), stamp);
    }
  }

  void attributesChanged(InodeId inode, long stamp) {
    raise(attributes, place(inode), stamp);
  }

  void nameChanged(InodeId parent, Name name, long stamp) {
    raise(names, place(parent, name), stamp);
  }

  /** The names in a directory, or what ".." in it stands for. */
  void listingChanged(InodeId directory, long stamp) {
    raise(listings, place(directory), stamp);
  }

  void everythingChanged() {
    long stamp = tick();
    everything.accumulateAndGet(stamp, Math::max);
  }

  boolean attributesHeld(InodeId inode, long since) {
    return held(attributes, place(inode), since);
  }

  boolean nameHeld(InodeId parent, Name name, long since) {
    return held(names, place(parent, name), since);
  }

  boolean listingHeld(InodeId directory, long since) {
    return held(listings, place(directory), since);
  }

  private boolean held(AtomicLongArray stamps, int place, long since) {
    return stamps.get(place) <= since && everything.get() <= since;
  }

  private static void raise(AtomicLongArray stamps, int place, long stamp) {
    stamps.accumulateAndGet(place, stamp, Math::max);
  }

  private static int place(CommitNumber commit) {
    return (int) Math.floorMod(commit.value(), (long) OWN_COMMITS);
  }

  private static int place(InodeId inode) {
    return place(Long.hashCode(inode.value()));
  }

  private static int place(InodeId parent, Name name) {
    return place(hash(parent, name));
  }

  /** A number for a name in a directory. */
  static int hash(InodeId parent, Name name) {
    return Long.hashCode(parent.value()) * 31 + name.bytes().hashCode();
  }

  private static int place(int hash) {
    int spread = hash * 0x9E3779B9; // Fibonacci hashing: neighbours go to different places
    return spread >>> (Integer.SIZE - Integer.numberOfTrailingZeros(PLACES));
  }
}
