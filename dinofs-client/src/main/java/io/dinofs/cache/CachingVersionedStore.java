package io.dinofs.cache;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.versioned.ReadLimits;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keeps records of another store in memory, true by its pushes, bounded by bytes.
 *
 * <p>A read never shows an older state than a commit that returned before it began, on this node or
 * another, unless the server is away and {@link OfflineMode#READ} allows it. A snapshot's {@code
 * at} is a commit at which all its records were true together: either all come from the cache,
 * which is at one commit as a whole, or all from one answer of the store below. They are never
 * mixed: what is missing is fetched into the cache, and then everything is read from there.
 *
 * <p>Safe for any number of threads. Reads of what is cached take no lock.
 */
public final class CachingVersionedStore implements VersionedStore {
  private final VersionedStore below;
  private final CoherentCache cache;
  private final PushRelay relay;
  private final Fetcher fetcher;
  private final Currency currency;
  private final LongAdder commits = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private volatile boolean closed;

  private CachingVersionedStore(VersionedStore below, CacheSettings settings) {
    this.below = below;
    cache = new CoherentCache(settings.maxBytes());
    relay = new PushRelay(cache);
    fetcher = new Fetcher(below, cache, settings.timeoutMillis());
    currency = new Currency(settings.offline(), settings.timeoutMillis());
  }

  /**
   * Takes over {@code below} and its one subscription.
   *
   * @throws DinofsException as {@link VersionedStore#subscribe}; {@code below} is still open then
   */
  public static CachingVersionedStore open(VersionedStore below, CacheSettings settings)
      throws DinofsException {
    CachingVersionedStore store = new CachingVersionedStore(below, settings);
    store.relay.connect(below);
    return store;
  }

  @Override
  public VolumeId volume() throws DinofsException {
    return below.volume();
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    ReadLimits.checkKeys(keys);
    requireCurrent();
    return fetcher.get(keys, children);
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    ReadLimits.checkListLimit(limit);
    requireCurrent();
    PageRequest request = new PageRequest(inode, kind, after, limit, children);
    return kind.isNamed() ? fetcher.list(request) : fetcher.listDirectly(request);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What it wrote is cached when it returns; so is, when it is refused as stale, what the
   * records are now, so that a second try is computed from that.
   */
  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    Fill fill = cache.beginCommit(commit);
    try {
      CommitResult result = below.commit(commit);
      commits.increment();
      cache.add(fill, result.number(), CommitEffects.records(commit, result));
      for (InodeId directory : CommitEffects.emptyDirectories(commit)) {
        cache.addNewDirectory(fill, result.number(), new DirectoryId(directory, RecordKind.ENTRY));
      }
      return result;
    } catch (StaleException e) {
      stale.increment();
      cache.add(fill, e.at(), e.current());
      throw e;
    } finally {
      cache.end(fill);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>The store below is told that a commit is applied when the listener's owner has said so. One
   * who wants to go on from a commit that the cache is not at makes the cache subscribe anew; if
   * that fails, reads fail with CLOSED until a subscription succeeds.
   */
  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    requireOpen();
    return relay.subscribe(below, from, listener);
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    return below.statistics();
  }

  /** About how much heap what is cached takes. */
  public long cachedBytes() {
    return cache.bytes();
  }

  /** What it has done so far. */
  public CacheCounts counts() {
    return new CacheCounts(
        fetcher.hits(), fetcher.misses(), commits.sum(), stale.sum(), relay.pushes());
  }

  /** Closes the store below too. */
  @Override
  public void close() throws DinofsException {
    closed = true;
    relay.disconnect();
    below.close();
  }

  private void requireCurrent() throws DinofsException {
    requireOpen();
    currency.require(relay.upstream());
  }

  private void requireOpen() throws DinofsException {
    if (closed) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }
}
