package io.dinofs.fuse.kernel;

import io.dinofs.model.InodeId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decides for each open of a directory whether it may use the listing that the kernel keeps, and
 * whether that is kept at all. Safe for any number of threads.
 *
 * <p>The kernel fills its one listing of a directory from what any open of it reads, and an answer
 * that was written before a change can be put into the listing after it. Only the end of an open
 * proves that nothing of it is on its way any more. So the listing is used while nothing changes;
 * after a change it is dropped by an open that comes when nobody else uses it, and others, until
 * then, neither use nor fill it.
 */
final class DirectoryListings {
  private static final int MAX_UNUSED = 16_384;

  private final ChangeStamps stamps;

  /** Those that are open with the listing. Guarded by this. */
  private final Map<InodeId, Listing> used = new HashMap<>();

  /** Those that are not open; the oldest is forgotten first. Guarded by this. */
  private final Map<InodeId, Listing> unused =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InodeId, Listing> eldest) {
          return size() > MAX_UNUSED;
        }
      };

  DirectoryListings(ChangeStamps stamps) {
    this.stamps = stamps;
  }

  /** The kernel's listing of one directory. Guarded by the owner. */
  private static final class Listing {
    /** When it was dropped last; nothing in it is older. */
    private long since = -1;

    /** Whether the kernel has handled the open that dropped it. */
    private boolean dropped = true;

    private int users;
  }

  /** How an open may use the listing. */
  enum Use {
    /** Not at all. */
    NONE,
    /** From now on: what there is, is dropped. */
    AFRESH,
    /** As it is. */
    AS_IT_IS
  }

  /** A directory is opened. If it uses the listing, {@link #closed} has to be called. */
  synchronized Use opened(InodeId directory) {
    Listing listing = used.get(directory);
    if (listing != null) {
      if (!listing.dropped || !stamps.listingHeld(directory, listing.since)) {
        return Use.NONE;
      }
      listing.users++;
      return Use.AS_IT_IS;
    }
    listing = unused.remove(directory);
    if (listing == null) {
      listing = new Listing();
    }
    used.put(directory, listing);
    listing.users = 1;
    if (listing.since >= 0 && stamps.listingHeld(directory, listing.since)) {
      return Use.AS_IT_IS;
    }
    listing.since = stamps.now();
    listing.dropped = false;
    return Use.AFRESH;
  }

  /** The kernel asks for something through an open that was told {@link Use#AFRESH}. */
  synchronized void dropped(InodeId directory) {
    Listing listing = used.get(directory);
    if (listing != null) {
      listing.dropped = true;
    }
  }

  /** An open that uses the listing has ended, and with it all its reads. */
  synchronized void closed(InodeId directory) {
    Listing listing = used.get(directory);
    if (listing == null) {
      return;
    }
    listing.dropped = true;
    listing.users--;
    if (listing.users == 0) {
      used.remove(directory);
      unused.put(directory, listing);
    }
  }

  /** Whether an open uses the listing, so that dropping it takes a notification. */
  synchronized boolean isUsed(InodeId directory) {
    return used.containsKey(directory);
  }
}
