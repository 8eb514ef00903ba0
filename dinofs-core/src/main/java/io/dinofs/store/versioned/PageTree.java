package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Records in order, in a tree of pages: a B+ tree (Comer, The Ubiquitous B-Tree, 1979) whose pages
 * are split when they are too large, and given up when they are empty.
 */
final class PageTree {
  private static final int MIN_CHILDREN_TO_SPLIT = 4;

  private final PageChanges pages;
  private final int pageBytes;
  private long root;

  /**
   * @param pageBytes what a page with more than one element has at most, once it has been split
   */
  PageTree(PageChanges pages, long root, int pageBytes) {
    this.pages = pages;
    this.root = root;
    this.pageBytes = pageBytes;
  }

  /** The page at the top, which changes make another one. */
  long root() {
    return root;
  }

  VersionedRecord get(RecordKey key) throws DinofsException {
    Bytes encoded = key.encode();
    Page page = pages.read(root);
    while (page instanceof Page.Inner inner) {
      page = pages.read(inner.children().get(inner.indexOf(encoded)).page());
    }
    return leaf(page).records().stream()
        .filter(record -> record.key().equals(key))
        .findFirst()
        .orElse(VersionedRecord.absent(key));
  }

  /**
   * Calls {@code visitor} with the records from {@code from} on, in order, as long as it returns
   * true.
   */
  void scan(Bytes from, Predicate<VersionedRecord> visitor) throws DinofsException {
    scan(root, from, visitor);
  }

  private boolean scan(long page, Bytes from, Predicate<VersionedRecord> visitor)
      throws DinofsException {
    if (pages.read(page) instanceof Page.Inner inner) {
      for (int i = inner.indexOf(from); i < inner.children().size(); i++) {
        if (!scan(inner.children().get(i).page(), from, visitor)) {
          return false;
        }
      }
      return true;
    }
    for (VersionedRecord record : leaf(pages.read(page)).records()) {
      if (record.key().encode().compareTo(from) >= 0 && !visitor.test(record)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Puts the record in, in place of what has its key; or takes that out if the record is absent.
   */
  void apply(VersionedRecord record) throws DinofsException {
    Page.Child top = new Page.Child(Bytes.EMPTY, root);
    if (record.isPresent()) {
      List<Page.Child> tops = insert(top, record.key().encode(), record);
      root = tops.size() == 1 ? tops.get(0).page() : add(new Page.Inner(tops));
    } else {
      root = remove(top, record.key()).isPresent() ? lowered(root) : add(new Page.Leaf(List.of()));
    }
  }

  private long add(Page page) throws DinofsException {
    long number = pages.allocate();
    pages.write(number, page);
    return number;
  }

  /** Without pages at the top that have only one below them. */
  private long lowered(long top) throws DinofsException {
    long page = top;
    while (pages.read(page) instanceof Page.Inner inner && inner.children().size() == 1) {
      pages.free(page);
      page = inner.children().get(0).page();
    }
    return page;
  }

  /** What stands in place of {@code at} then: itself, and what was split off behind it. */
  private List<Page.Child> insert(Page.Child at, Bytes key, VersionedRecord record)
      throws DinofsException {
    Page page = pages.read(at.page());
    if (page instanceof Page.Inner inner) {
      int index = inner.indexOf(key);
      List<Page.Child> children = new ArrayList<>(inner.children());
      List<Page.Child> replaced = insert(children.remove(index), key, record);
      children.addAll(index, replaced);
      return store(at, new Page.Inner(children));
    }
    List<VersionedRecord> records = new ArrayList<>(leaf(page).records());
    int index = 0;
    while (index < records.size() && records.get(index).key().compareTo(record.key()) < 0) {
      index++;
    }
    if (index < records.size() && records.get(index).key().equals(record.key())) {
      records.set(index, record);
    } else {
      records.add(index, record);
    }
    return store(at, new Page.Leaf(records));
  }

  private List<Page.Child> store(Page.Child at, Page.Leaf leaf) throws DinofsException {
    List<VersionedRecord> records = leaf.records();
    if (leaf.encodedBytes() <= pageBytes || records.size() < 2) {
      pages.write(at.page(), leaf);
      return List.of(at);
    }
    int half = half(records.stream().map(StoreEncoding::size).toList());
    pages.write(at.page(), new Page.Leaf(records.subList(0, half)));
    List<VersionedRecord> right = records.subList(half, records.size());
    return List.of(at, new Page.Child(right.get(0).key().encode(), add(new Page.Leaf(right))));
  }

  private List<Page.Child> store(Page.Child at, Page.Inner inner) throws DinofsException {
    List<Page.Child> children = inner.children();
    if (inner.encodedBytes() <= pageBytes || children.size() < MIN_CHILDREN_TO_SPLIT) {
      pages.write(at.page(), inner);
      return List.of(at);
    }
    int half = children.size() / 2;
    pages.write(at.page(), new Page.Inner(children.subList(0, half)));
    Bytes low = children.get(half).low();
    List<Page.Child> right = withoutFirstLow(children.subList(half, children.size()));
    return List.of(at, new Page.Child(low, add(new Page.Inner(right))));
  }

  /** Where to cut so that both sides have about the same size and neither is empty. */
  private static int half(List<Integer> sizes) {
    long total = sizes.stream().mapToLong(Integer::longValue).sum();
    long left = 0;
    int cut = 0;
    while (cut < sizes.size() - 1 && (cut == 0 || left + sizes.get(cut) <= total / 2)) {
      left += sizes.get(cut);
      cut++;
    }
    return cut;
  }

  /** The page, or empty if nothing is left in it. */
  private Optional<Page.Child> remove(Page.Child at, RecordKey key) throws DinofsException {
    Page page = pages.read(at.page());
    if (page instanceof Page.Inner inner) {
      int index = inner.indexOf(key.encode());
      List<Page.Child> children = new ArrayList<>(inner.children());
      if (remove(children.get(index), key).isPresent()) {
        return Optional.of(at);
      }
      children.remove(index);
      return keepUnlessEmpty(at, children.isEmpty(), new Page.Inner(withoutFirstLow(children)));
    }
    List<VersionedRecord> records = new ArrayList<>(leaf(page).records());
    records.removeIf(record -> record.key().equals(key));
    return keepUnlessEmpty(at, records.isEmpty(), new Page.Leaf(records));
  }

  private Optional<Page.Child> keepUnlessEmpty(Page.Child at, boolean empty, Page page) {
    if (empty) {
      pages.free(at.page());
      return Optional.empty();
    }
    pages.write(at.page(), page);
    return Optional.of(at);
  }

  private static List<Page.Child> withoutFirstLow(List<Page.Child> children) {
    List<Page.Child> result = new ArrayList<>(children);
    if (!result.isEmpty()) {
      result.set(0, new Page.Child(Bytes.EMPTY, result.get(0).page()));
    }
    return result;
  }

  private static Page.Leaf leaf(Page page) throws CorruptRecordException {
    if (page instanceof Page.Leaf leaf) {
      return leaf;
    }
    throw new CorruptRecordException("a page of the tree is free");
  }
}
