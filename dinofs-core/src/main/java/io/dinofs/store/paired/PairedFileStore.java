package io.dinofs.store.paired;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.DeletingStore;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** As {@link PairedStore}, with a fast store whose values are files. */
public final class PairedFileStore extends PairedStore implements FileStore {
  /**
   * A value may be evicted between its fetch and its opening; more often in a row than this it is
   * not chance.
   */
  private static final int MAX_OPEN_ATTEMPTS = 5;

  private final FileStore fast;
  private final DeletingStore cache;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /** As {@link PairedStore#PairedStore}. */
  public <F extends FileStore & DeletingStore> PairedFileStore(
      F fast, Store slow, PendingSet pending, PairedOptions options) {
    this(fast, slow, pending, options, ArrivalCheck.NONE);
  }

  /** As the other one, with a look at what is fetched. */
  public <F extends FileStore & DeletingStore> PairedFileStore(
      F fast, Store slow, PendingSet pending, PairedOptions options, ArrivalCheck check) {
    super(fast, slow, pending, options, check);
    this.fast = fast;
    this.cache = fast;
  }

  @Override
  public void adopt(Key key, Path file) throws DinofsException {
    AtomicBoolean handedOver = new AtomicBoolean();
    try {
      requireOpen();
      writes.write(
          key,
          () -> {
            handedOver.set(true);
            fast.adopt(key, file);
          });
    } catch (DinofsException e) {
      throw handedOver.get() ? e : discard(file, e);
    }
  }

  private static DinofsException discard(Path file, DinofsException failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  @Override
  public Path newTemporaryFile() throws DinofsException {
    requireOpen();
    return fast.newTemporaryFile();
  }

  @Override
  public Optional<FileChannel> open(Key key) throws DinofsException {
    requireOpen();
    for (int attempt = 0; attempt < MAX_OPEN_ATTEMPTS; attempt++) {
      Optional<FileChannel> local = fast.open(key);
      if (attempt == 0) {
        (local.isPresent() ? hits : misses).increment();
      }
      if (local.isPresent()) {
        return local;
      }
      Fetch.Answered answer = reads.fetch(key);
      if (answer.value().isEmpty()) {
        return Optional.empty();
      }
      if (answer.notKept().isPresent()) {
        DinofsException reason = answer.notKept().get();
        throw new DinofsException(reason.kind(), reason.getMessage(), reason);
      }
    }
    throw new DinofsException(
        ErrorKind.IO, key + " is evicted from the cache as soon as it is fetched");
  }

  /**
   * Removes a value from the fast store, unless it is still to be propagated or is being put.
   *
   * @return whether it was there and is gone
   * @throws DinofsException as {@link DeletingStore#delete}
   */
  public boolean evict(Key key) throws DinofsException {
    requireOpen();
    return writes.evict(cache, key);
  }

  /** What is pending now, oldest first. */
  public List<Key> pendingKeys() {
    return writes.pendingKeys();
  }

  public boolean isPending(Key key) {
    return writes.isPending(key);
  }

  /** How many openings found the value in the fast store. */
  public long hits() {
    return hits.sum();
  }

  /** How many did not. */
  public long misses() {
    return misses.sum();
  }
}
