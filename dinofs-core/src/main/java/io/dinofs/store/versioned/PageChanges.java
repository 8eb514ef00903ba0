package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.util.HashMap;
import java.util.Map;

/**
 * The pages of a tree as they are with changes that are not stored yet. Not safe for several
 * threads, but for reading while nothing changes.
 */
final class PageChanges {
  private final Store store;
  private final Map<Long, Page> changed = new HashMap<>();
  private long nextPage;
  private long firstFree;

  PageChanges(Store store, long nextPage, long firstFree) {
    this.store = store;
    this.nextPage = nextPage;
    this.firstFree = firstFree;
  }

  static Key key(long page) {
    return Key.of("page-" + page);
  }

  /**
   * @throws DinofsException as {@link Store#get}
   */
  Page read(long page) throws DinofsException {
    Page known = changed.get(page);
    if (known != null) {
      return known;
    }
    Bytes stored =
        store.get(key(page)).orElseThrow(() -> new CorruptRecordException("no page " + page));
    return Page.decode(stored);
  }

  void write(long page, Page contents) {
    changed.put(page, contents);
  }

  /**
   * A page that nothing uses; to be written before it is read.
   *
   * @throws DinofsException as {@link Store#get}
   */
  long allocate() throws DinofsException {
    if (firstFree == 0) {
      return nextPage++;
    }
    long page = firstFree;
    if (!(read(page) instanceof Page.Free free)) {
      throw new CorruptRecordException("page " + page + " is used and free at once");
    }
    firstFree = free.next();
    return page;
  }

  void free(long page) {
    write(page, new Page.Free(firstFree));
    firstFree = page;
  }

  long nextPage() {
    return nextPage;
  }

  long firstFree() {
    return firstFree;
  }

  /** What has to be put for the changes to be stored. */
  Map<Key, Bytes> puts() {
    Map<Key, Bytes> puts = new HashMap<>();
    changed.forEach((page, contents) -> puts.put(key(page), contents.encode()));
    return puts;
  }
}
