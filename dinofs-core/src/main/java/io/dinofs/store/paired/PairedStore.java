package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.WriteBack;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A fast and a slow store as one, which owns both. A put is as durable as the fast store makes it
 * when it returns, and reaches the slow store in the background, however long that takes and
 * however often the process is killed meanwhile.
 */
public sealed class PairedStore implements Store, WriteBack permits PairedFileStore {
  private final Store fast;
  final ReadThrough reads;
  final WriteBehind writes;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts to propagate what {@code pending} holds.
   *
   * @param fast must still have what it had when {@code pending} was used last
   */
  public PairedStore(Store fast, Store slow, PendingSet pending, PairedOptions options) {
    this(fast, slow, pending, options, ArrivalCheck.NONE);
  }

  /** As the other one, with a look at what is fetched. */
  PairedStore(
      Store fast, Store slow, PendingSet pending, PairedOptions options, ArrivalCheck check) {
    Fetches fetches = new Fetches();
    this.fast = fast;
    this.reads = new ReadThrough(fast, slow, fetches, options.fetchLimit(), check);
    this.writes = new WriteBehind(fast, slow, pending, fetches, options);
    writes.start();
  }

  @Override
  public final void put(Key key, Bytes value) throws DinofsException {
    requireOpen();
    writes.write(key, () -> fast.put(key, value));
  }

  @Override
  public final Optional<Bytes> get(Key key) throws DinofsException {
    requireOpen();
    Optional<Bytes> local = fast.get(key);
    return local.isPresent() ? local : reads.fetch(key).value();
  }

  @Override
  public final void awaitPropagated(Collection<Key> keys, Duration limit) throws DinofsException {
    requireOpen();
    writes.awaitPropagated(keys, limit);
  }

  @Override
  public final int pendingCount() {
    return writes.pendingCount();
  }

  /**
   * Propagates what it can within the limit of its options, says in the log what remains, and
   * closes both stores.
   */
  @Override
  public final void close() throws DinofsException {
    if (!closed.getAndSet(true)) {
      writes.close();
    }
  }

  final void requireOpen() throws DinofsException {
    if (closed.get()) {
      throw new DinofsException(ErrorKind.CLOSED, "the store is closed");
    }
  }
}
