package io.dinofs.cache;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Answers reads from a {@link RecordTable}, or says what of the answer is not there. Everything
 * here is called under a stamp of the cache's lock.
 */
final class RecordView {
  /** So that a page is not collected for long while a push waits. */
  private static final int MAX_PAGE_RECORDS = 1024;

  private final RecordTable table;

  RecordView(RecordTable table) {
    this.table = table;
  }

  /**
   * The answer to a get; null if a part of it is not known.
   *
   * @throws io.dinofs.model.CorruptRecordException if an entry is not one
   */
  List<VersionedRecord> records(List<RecordKey> keys, Children children) throws DinofsException {
    return keys.size() == 1 ? single(keys.get(0), children) : several(keys, children);
  }

  /** What nearly every call asks for, without collections on the way. */
  private List<VersionedRecord> single(RecordKey key, Children children) throws DinofsException {
    RecordState state = table.find(key);
    if (state == null) {
      return null;
    }
    VersionedRecord record = state.toRecord(key);
    if (children == Children.WITHOUT_ATTRIBUTES || !hasChild(record)) {
      return List.of(record);
    }
    RecordKey child = RecordKey.attributes(child(record));
    RecordState attributes = table.find(child);
    return attributes == null ? null : List.of(record, attributes.toRecord(child));
  }

  private List<VersionedRecord> several(List<RecordKey> keys, Children children)
      throws DinofsException {
    List<VersionedRecord> found = new ArrayList<>(2 * keys.size());
    return addAll(found, keys)
            && (children == Children.WITHOUT_ATTRIBUTES || addAll(found, children(found)))
        ? found
        : null;
  }

  private boolean addAll(List<VersionedRecord> found, Iterable<RecordKey> keys) {
    for (RecordKey key : keys) {
      RecordState state = table.find(key);
      if (state == null) {
        return false;
      }
      found.add(state.toRecord(key));
    }
    return true;
  }

  /** What of the answer to a get is not known. */
  List<RecordKey> missing(List<RecordKey> keys, Children children) throws DinofsException {
    List<VersionedRecord> found = new ArrayList<>();
    Set<RecordKey> missing = new LinkedHashSet<>();
    for (RecordKey key : keys) {
      RecordState state = table.find(key);
      if (state == null) {
        missing.add(key);
      } else {
        found.add(state.toRecord(key));
      }
    }
    if (children == Children.WITH_ATTRIBUTES) {
      missing.addAll(unknown(children(found)));
    }
    return List.copyOf(missing);
  }

  /**
   * The answer to a list at {@code at}, perhaps a shorter one than asked for; null if not even its
   * first record is known.
   */
  Listing page(CommitNumber at, PageRequest request) throws DinofsException {
    CachedDirectory directory = table.directory(request.inode(), request.kind());
    if (directory == null || !reachesBehind(directory, request)) {
      return null;
    }
    directory.markUsed();
    List<VersionedRecord> page = knownPage(directory, request);
    List<VersionedRecord> attributes = new ArrayList<>();
    if (request.wantsAttributes()) {
      page = page.subList(0, withAttributes(page, attributes));
    }
    if (page.isEmpty()) {
      return directory.endsAt(request.after()) ? new Listing(at, page, attributes, false) : null;
    }
    boolean more = !directory.endsAt(page.get(page.size() - 1).key().name());
    return new Listing(at, page, attributes, more);
  }

  /** The attributes that a page from memory lacks. */
  List<RecordKey> missingAttributes(CachedDirectory directory, PageRequest request)
      throws DinofsException {
    return request.wantsAttributes() && reachesBehind(directory, request)
        ? unknown(children(knownPage(directory, request)))
        : List.of();
  }

  /** How many records of the page have their child's attributes in the cache, from the first on. */
  private int withAttributes(List<VersionedRecord> page, List<VersionedRecord> attributes)
      throws DinofsException {
    Set<InodeId> seen = new LinkedHashSet<>();
    for (int i = 0; i < page.size(); i++) {
      InodeId child = child(page.get(i));
      if (seen.add(child)) {
        RecordKey key = RecordKey.attributes(child);
        RecordState state = table.find(key);
        if (state == null) {
          return i;
        }
        attributes.add(state.toRecord(key));
      }
    }
    return page.size();
  }

  /** Whether a record behind the request's start, or the end of the directory, is known. */
  boolean reachesBehind(CachedDirectory directory, PageRequest request) {
    return directory.isComplete() || directory.frontier().compareTo(request.after()) > 0;
  }

  private List<RecordKey> unknown(Iterable<RecordKey> keys) {
    List<RecordKey> unknown = new ArrayList<>();
    for (RecordKey key : keys) {
      if (table.find(key) == null) {
        unknown.add(key);
      }
    }
    return unknown;
  }

  private static List<VersionedRecord> knownPage(CachedDirectory directory, PageRequest request) {
    return directory.page(request.after(), Math.min(request.limit(), MAX_PAGE_RECORDS));
  }

  /** The attributes' keys of the inodes that present entries name, each once. */
  static Set<RecordKey> children(List<VersionedRecord> records) throws DinofsException {
    Set<RecordKey> children = new LinkedHashSet<>();
    for (VersionedRecord record : records) {
      if (hasChild(record)) {
        children.add(RecordKey.attributes(child(record)));
      }
    }
    return children;
  }

  private static boolean hasChild(VersionedRecord record) {
    return record.key().kind() == RecordKind.ENTRY && record.isPresent();
  }

  private static InodeId child(VersionedRecord entry) throws DinofsException {
    return DirectoryEntry.decode(entry.value().orElseThrow()).child();
  }
}
