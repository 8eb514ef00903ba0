package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.BlobFileStore;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.vfs.FileSystem.EntrySink;
import java.util.List;

/**
 * An open directory, read in the order of names. A cookie is the place of a name in the list of
 * names told so far, so it stays good however the directory changes: what was told is not told
 * again, and reading goes on behind the name, not behind a position.
 *
 * <p>Safe for several threads, which take turns. Costs the names told, most of them on disk, until
 * the directory is closed or rewound.
 */
final class OpenDirectory implements FileSystem.DirectoryHandle {
  private static final int PAGE = 1024;

  /** Cookies of "." and ".."; the first name's is one more. */
  private static final long DOT = 1;

  private static final long DOT_DOT = 2;

  private final InodeId inode;
  private final InodeId parent;
  private final VersionedStore store;

  /** Names in the order told, which is their order as bytes. Guarded by this. */
  private final NameSequence told;

  /** A page that was fetched and not told to its end. Guarded by this. */
  private List<VersionedRecord> page = List.of();

  /** How much of the page was told. Guarded by this. */
  private int pageTold;

  /** The name that the rest of the page stands behind. Guarded by this. */
  private Bytes pageAfter = Bytes.EMPTY;

  /** Whether there are entries behind the page. Guarded by this. */
  private boolean more = true;

  /**
   * @param temporaries has room for names
   */
  OpenDirectory(InodeId inode, InodeId parent, VersionedStore store, BlobFileStore temporaries) {
    this.inode = inode;
    this.parent = parent;
    this.store = store;
    this.told = new NameSequence(temporaries);
  }

  synchronized void close() {
    told.close();
  }

  @Override
  public InodeId inode() {
    return inode;
  }

  synchronized void read(long cookie, EntrySink sink) throws DinofsException {
    if (cookie < 0) {
      throw new DinofsException(
          ErrorKind.INVALID, "directory " + inode + " never gave cookie " + cookie);
    }
    if (cookie == 0) {
      told.clear();
      dropPage(Bytes.EMPTY);
    }
    if (cookie < DOT && !sink.accept(Bytes.utf8("."), inode, FileType.DIRECTORY, DOT)) {
      return;
    }
    if (cookie < DOT_DOT && !sink.accept(Bytes.utf8(".."), parent, FileType.DIRECTORY, DOT_DOT)) {
      return;
    }
    if (cookie > DOT_DOT + told.size() && !listUpTo(cookie)) {
      return; // the directory ends before
    }
    Bytes after = cookie <= DOT_DOT ? Bytes.EMPTY : told.get((int) (cookie - DOT_DOT - 1));
    if (!after.equals(pageAfter)) {
      dropPage(after);
    }
    while (fetch() && tell(sink)) {
      // until the directory ends, or the sink is full
    }
  }

  /**
   * Takes names as told until there is one at {@code cookie}. The kernel asks an open directory to
   * go on at a place that another one gave when it loses the listing that it keeps, for lack of
   * memory, while somebody reads it. As long as a listing is used the directory is as it was, so
   * the names have the same places.
   *
   * @return whether the directory has so many names
   */
  private boolean listUpTo(long cookie) throws DinofsException {
    Bytes last = told.isEmpty() ? Bytes.EMPTY : told.last();
    if (!last.equals(pageAfter)) {
      dropPage(last);
    }
    while (told.size() < cookie - DOT_DOT) {
      if (!fetch()) {
        return false;
      }
      pageAfter = page.get(pageTold).key().name();
      pageTold++;
      told.add(pageAfter);
    }
    return true;
  }

  private void dropPage(Bytes after) {
    page = List.of();
    pageTold = 0;
    pageAfter = after;
    more = true;
  }

  /** Returns whether there is something to tell. */
  private boolean fetch() throws DinofsException {
    if (pageTold < page.size()) {
      return true;
    }
    while (more) {
      Listing next =
          store.list(inode, RecordKind.ENTRY, pageAfter, PAGE, Children.WITHOUT_ATTRIBUTES);
      page = next.records();
      pageTold = 0;
      more = next.more();
      if (!page.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the sink took the rest of the page. */
  private boolean tell(EntrySink sink) throws DinofsException {
    while (pageTold < page.size()) {
      VersionedRecord record = page.get(pageTold);
      Bytes name = record.key().name();
      int place = place(name);
      if (place >= 0) {
        DirectoryEntry entry = DirectoryEntry.decode(record.value().orElseThrow());
        if (place == told.size()) {
          told.add(name);
        }
        if (!sink.accept(name, entry.child(), entry.type(), DOT_DOT + 1 + place)) {
          return false;
        }
      }
      pageTold++;
      pageAfter = name;
    }
    return true;
  }

  /**
   * The name's place among those told: the end for a new one behind them all, -1 for one that came
   * in between since.
   */
  private int place(Bytes name) throws DinofsException {
    if (told.isEmpty() || told.last().compareTo(name) < 0) {
      return told.size();
    }
    return told.placeOf(name);
  }
}
