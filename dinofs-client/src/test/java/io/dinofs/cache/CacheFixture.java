package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.touch;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A volume with a cache on one node, and another node without one. */
final class CacheFixture implements AutoCloseable {
  static final long LIMIT_SECONDS = 20;

  private static final int MUTATIONS_PER_COMMIT = 500;

  final MemoryVersionedStore shared = new MemoryVersionedStore();
  final ControllableStore connection = new ControllableStore(shared);
  final CachingVersionedStore store;
  private final Volumes.Committer here = new Volumes.Committer(NodeId.random());
  private final Volumes.Committer elsewhere = new Volumes.Committer(NodeId.random());
  private final ExecutorService executor = Executors.newCachedThreadPool();

  CacheFixture() throws DinofsException {
    this(Caches.settings(Caches.ROOM));
  }

  CacheFixture(CacheSettings settings) throws DinofsException {
    store = CachingVersionedStore.open(connection, settings);
  }

  CommitResult commit(Mutation... mutations) throws DinofsException {
    return store.commit(here.of(mutations));
  }

  CommitResult commitElsewhere(Mutation... mutations) throws DinofsException {
    return shared.commit(elsewhere.of(mutations));
  }

  /** Another node writes a record, whatever it was. */
  CommitResult writeElsewhere(RecordKey key, String value) throws DinofsException {
    return commitElsewhere(new Mutation.Put(key, inStore(key).version(), Bytes.utf8(value)));
  }

  CommitResult removeElsewhere(RecordKey key) throws DinofsException {
    return commitElsewhere(new Mutation.Delete(key, inStore(key).version()));
  }

  /**
   * Another node makes files f000000 and so on in a directory, with inodes from {@code first} on.
   */
  void makeFilesElsewhere(long directory, long first, int count) throws DinofsException {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mutations.add(putNew(entry(directory, name(i)), entryOf(first + i)));
      mutations.add(putNew(attributes(first + i), file()));
      if (mutations.size() >= MUTATIONS_PER_COMMIT || i == count - 1) {
        mutations.add(touch(directory, mutations.size() / 2, 0, Volumes.SOME_TIME));
        commitElsewhere(mutations.toArray(Mutation[]::new));
        mutations.clear();
      }
    }
  }

  static String name(int i) {
    return "f%06d".formatted(i);
  }

  VersionedRecord inStore(RecordKey key) throws DinofsException {
    return shared.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  VersionedRecord get(RecordKey key) throws DinofsException {
    return store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  /** All records of a named kind, page by page. */
  List<VersionedRecord> listAll(long inode, RecordKind kind) throws DinofsException {
    return listAll(store, inode, kind);
  }

  List<VersionedRecord> listAllInStore(long inode, RecordKind kind) throws DinofsException {
    return listAll(shared, inode, kind);
  }

  private static List<VersionedRecord> listAll(VersionedStore from, long inode, RecordKind kind)
      throws DinofsException {
    List<VersionedRecord> all = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    Listing page;
    do {
      page = from.list(new InodeId(inode), kind, after, 100, Children.WITHOUT_ATTRIBUTES);
      all.addAll(page.records());
      after = all.isEmpty() ? after : all.get(all.size() - 1).key().name();
    } while (page.more());
    return all;
  }

  <T> Future<T> inBackground(Callable<T> call) {
    return executor.submit(call);
  }

  static <T> T result(Future<T> future) throws Exception {
    return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws DinofsException {
    executor.shutdownNow();
    store.close();
    shared.close();
  }
}
