package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads through the cache: asks the store below for what is missing, together with what is likely
 * to be wanted next, and looks again. What does not stay in the cache long enough to be found there
 * is answered by the store directly; such an answer is of one commit too, and not older than the
 * call.
 */
final class Fetcher {
  /** A directory read as a whole, its children's attributes, and what was evicted meanwhile. */
  private static final int MAX_ROUNDS = 4;

  /** Some 200 KiB with the attributes. */
  private static final int PAGE_RECORDS = 1024;

  private final VersionedStore below;
  private final CoherentCache cache;
  private final long timeoutMillis;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  Fetcher(VersionedStore below, CoherentCache cache, long timeoutMillis) {
    this.below = below;
    this.cache = cache;
    this.timeoutMillis = timeoutMillis;
  }

  /** How many reads found all that they wanted. */
  long hits() {
    return hits.sum();
  }

  /** How many did not. */
  long misses() {
    return misses.sum();
  }

  /** A read has looked into the cache for the {@code round}-th time, from 0 on. */
  private void count(int round, boolean found) {
    if (round == 0) {
      (found ? hits : misses).increment();
    }
  }

  Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Snapshot> known = cache.read(keys, children);
      count(round, known.isPresent());
      if (known.isPresent()) {
        return known.get();
      }
      GetPlan plan = cache.planGet(keys, children);
      if (plan instanceof GetPlan.ReadDirectory read) {
        readDirectory(read.directory());
      } else if (plan instanceof GetPlan.Fetch fetch) {
        Optional<Snapshot> answer = fetch(fetch);
        if (answer.isPresent() && fetch.own().keys().equals(keys)) {
          Optional<Snapshot> merged = cache.read(keys, children);
          return merged.isPresent() ? merged.get() : trim(answer.get(), keys.size(), children);
        }
      }
    }
    Snapshot answer = below.get(keys, children);
    cache.catchUpWith(answer.at());
    return answer;
  }

  /** The answer of the store below, if it was asked in one go. */
  private Optional<Snapshot> fetch(GetPlan.Fetch plan) throws DinofsException {
    Fill fill = plan.own();
    Snapshot answer = null;
    try {
      List<RecordKey> keys = fill.keys();
      for (int from = 0; from < keys.size(); from += VersionedStore.MAX_GET_KEYS) {
        int to = Math.min(keys.size(), from + VersionedStore.MAX_GET_KEYS);
        answer = below.get(keys.subList(from, to), Children.WITH_ATTRIBUTES);
        cache.add(fill, answer.at(), answer.records());
      }
    } catch (DinofsException e) {
      fill.fail(e);
      throw e;
    } finally {
      cache.end(fill);
    }
    for (Fill other : plan.others()) {
      other.await(timeoutMillis);
    }
    return fill.keys().size() > VersionedStore.MAX_GET_KEYS
        ? Optional.empty()
        : Optional.ofNullable(answer);
  }

  private static Snapshot trim(Snapshot answer, int keys, Children children) {
    return children == Children.WITH_ATTRIBUTES
        ? answer
        : new Snapshot(answer.at(), answer.records().subList(0, keys));
  }

  /**
   * Reads what is not known of a directory, until it is complete, turns out too large, or its pages
   * cannot be kept.
   */
  private void readDirectory(DirectoryId directory) throws DinofsException {
    Bytes start = null;
    int again = 0;
    while (again < MAX_ROUNDS) {
      PagePlan plan = cache.planNextPage(directory);
      if (plan instanceof PagePlan.FetchPage page) {
        again = page.start().equals(start) ? again + 1 : 0;
        start = page.start();
        if (!fetchPage(directory, page, PAGE_RECORDS).more()) {
          return;
        }
      } else if (plan instanceof PagePlan.Join join) {
        join.other().await(timeoutMillis);
      } else {
        return;
      }
    }
  }

  Listing list(PageRequest request) throws DinofsException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<Listing> known = cache.readPage(request);
      count(round, known.isPresent());
      if (known.isPresent()) {
        return known.get();
      }
      PagePlan plan = cache.planPage(request);
      if (plan instanceof PagePlan.FetchPage page) {
        Listing answer =
            fetchPage(request.directory(), page, Math.max(request.limit(), PAGE_RECORDS));
        Optional<Listing> merged = cache.readPage(request);
        return merged.isPresent() ? merged.get() : cut(answer, request);
      } else if (plan instanceof PagePlan.FetchAttributes attributes) {
        get(attributes.missing(), Children.WITHOUT_ATTRIBUTES);
      } else if (plan instanceof PagePlan.Join join) {
        join.other().await(timeoutMillis);
      } else if (plan instanceof PagePlan.PassThrough) {
        break;
      }
    }
    return listDirectly(request);
  }

  /** Keeps nothing. */
  Listing listDirectly(PageRequest request) throws DinofsException {
    Listing answer =
        below.list(
            request.inode(), request.kind(), request.after(), request.limit(), request.children());
    cache.catchUpWith(answer.at());
    return answer;
  }

  private Listing fetchPage(DirectoryId directory, PagePlan.FetchPage plan, int limit)
      throws DinofsException {
    Fill fill = plan.own();
    Bytes start = plan.start();
    try {
      Listing page =
          below.list(directory.inode(), directory.kind(), start, limit, Children.WITH_ATTRIBUTES);
      cache.addPage(fill, directory, start, page);
      return page;
    } catch (DinofsException e) {
      fill.fail(e);
      throw e;
    } finally {
      cache.end(fill);
    }
  }

  /** What was asked for of a page that was read with more than that. */
  private static Listing cut(Listing page, PageRequest request) throws DinofsException {
    List<VersionedRecord> all = page.records();
    int size = Math.min(all.size(), request.limit());
    List<VersionedRecord> records = all.subList(0, size);
    List<VersionedRecord> attributes = List.of();
    if (request.wantsAttributes()) {
      Set<RecordKey> wanted = new HashSet<>(RecordView.children(records));
      attributes =
          page.attributes().stream().filter(record -> wanted.contains(record.key())).toList();
    }
    return new Listing(page.at(), records, attributes, page.more() || size < all.size());
  }
}
