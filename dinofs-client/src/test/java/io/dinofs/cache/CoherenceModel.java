package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.StaleException;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Several nodes change one volume and read it through their caches, all at once. Every answer must
 * be the volume as it was at the commit that the answer names. If that is older than one that had
 * returned anywhere before the call, the answer must be true at that one as well; and it must not
 * be older than what the thread has seen.
 */
abstract class CoherenceModel {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = 3;
  private static final int STEPS = 300;
  private static final int PAIRS = 4;
  private static final int NAMES = 40;
  private static final long LEFT = 10;
  private static final long RIGHT = 11;
  private static final long FIRST_FILE = 1000;

  /** Room for everything, for some of it, for nearly nothing. */
  private static final long[] NODE_BYTES = {1 << 20, 12_000, 2_000};

  private final long seed = System.nanoTime();
  protected final MemoryVersionedStore shared = new MemoryVersionedStore();
  private final VolumeHistory history = new VolumeHistory();
  private final AtomicLong returned = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();

  /** A node with a cache of this size. */
  protected abstract VersionedStore openNode(long cacheBytes) throws Exception;

  /** Makes trouble while the nodes work. */
  protected void disturb() throws Exception {}

  /** Waits until the nodes have made a few commits more, or are done. */
  protected final void awaitSomeCommits() {
    long enough = returned.get() + 10;
    await("commits after " + enough + ", " + hint())
        .atMost(LIMIT)
        .until(() -> returned.get() >= enough || working.get() == 0);
  }

  @Test
  void everyAnswerIsTheVolumeAtTheCommitThatItNames() throws Exception {
    shared.subscribe(shared.statistics().newest(), history);
    List<VersionedStore> nodes = new ArrayList<>();
    for (long bytes : NODE_BYTES) {
      nodes.add(openNode(bytes));
    }
    Random random = new Random(seed);
    ExecutorService executor = Executors.newCachedThreadPool();
    try {
      for (int round = 0; round < ROUNDS; round++) {
        List<Future<Void>> workers = new ArrayList<>();
        for (VersionedStore node : nodes) {
          for (int i = 0; i < 2; i++) {
            Worker worker = new Worker(node, new Random(random.nextLong()));
            working.incrementAndGet();
            workers.add(executor.submit(worker::run));
          }
        }
        disturb();
        for (Future<Void> worker : workers) {
          worker.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        nodes.forEach(this::assertEqualsStore);
      }
    } finally {
      executor.shutdownNow();
    }
    for (VersionedStore node : nodes) {
      node.close();
    }
  }

  private void assertEqualsStore(VersionedStore node) {
    try {
      CommitNumber newest = shared.statistics().newest();
      // What nobody waits for may take a moment to be pushed.
      await("commit " + newest + ", " + hint())
          .atMost(LIMIT)
          .until(
              () ->
                  !newest.isAfter(node.statistics().newest())
                      && !newest.isAfter(someRecord(node).at()));
      for (int i = 0; i < NAMES; i++) {
        List<RecordKey> keys = List.of(name(LEFT, i), name(RIGHT, i), attributes(FIRST_FILE + i));
        Snapshot snapshot = node.get(keys, Children.WITHOUT_ATTRIBUTES);
        assertEquals(newest, snapshot.at(), hint());
        history.check(snapshot, hint());
      }
      for (long directory = LEFT; directory <= RIGHT; directory++) {
        Listing page = list(node, directory, Bytes.EMPTY, 1000);
        assertFalse(page.more() && page.records().isEmpty(), hint());
        history.check(page, range(directory, Bytes.EMPTY), hint());
      }
    } catch (DinofsException e) {
      throw new AssertionError(hint(), e);
    }
  }

  private static Snapshot someRecord(VersionedStore node) throws DinofsException {
    return node.get(List.of(xattr(100, "a")), Children.WITHOUT_ATTRIBUTES);
  }

  private static Listing list(VersionedStore node, long directory, Bytes after, int limit)
      throws DinofsException {
    return node.list(
        attributes(directory).inode(), RecordKind.ENTRY, after, limit, Children.WITH_ATTRIBUTES);
  }

  private static VolumeHistory.Range range(long directory, Bytes after) {
    return new VolumeHistory.Range(name(directory, 0), after);
  }

  private static RecordKey name(long directory, int i) {
    return entry(directory, CacheFixture.name(i));
  }

  private String hint() {
    return "seed " + seed;
  }

  /** One thread of one node. */
  private final class Worker {
    private final VersionedStore node;
    private final Random random;
    private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
    private long seen;

    Worker(VersionedStore node, Random random) {
      this.node = node;
      this.random = random;
    }

    Void run() throws DinofsException {
      try {
        for (int step = 0; step < STEPS; step++) {
          doSomething();
        }
      } finally {
        working.decrementAndGet();
      }
      return null;
    }

    private void doSomething() throws DinofsException {
      switch (random.nextInt(8)) {
        case 0 -> writePair();
        case 1, 2 -> moveFile();
        case 3 -> listSome();
        case 4 -> lookUp();
        default -> readSome();
      }
    }

    private void writePair() throws DinofsException {
      int i = random.nextInt(PAIRS);
      Snapshot pair = read(List.of(xattr(100 + i, "a"), xattr(200 + i, "b")), false);
      assertEquals(pair.records().get(0).version(), pair.records().get(1).version(), hint());
      Bytes value = Bytes.utf8("" + random.nextInt());
      commit(put(pair.records().get(0), value), put(pair.records().get(1), value));
    }

    private void moveFile() throws DinofsException {
      int i = random.nextInt(NAMES);
      Snapshot now =
          read(List.of(name(LEFT, i), name(RIGHT, i), attributes(FIRST_FILE + i)), false);
      VersionedRecord left = now.records().get(0);
      VersionedRecord right = now.records().get(1);
      VersionedRecord file = now.records().get(2);
      assertEquals(file.isPresent(), left.isPresent() ^ right.isPresent(), hint());
      Bytes entry = entryOf(FIRST_FILE + i);
      if (!file.isPresent()) {
        commit(put(left, entry), put(file, file()));
      } else if (left.isPresent()) {
        commit(delete(left), put(right, entry), put(file, file()));
      } else {
        commit(delete(right), delete(file));
      }
    }

    private void lookUp() throws DinofsException {
      long directory = random.nextBoolean() ? LEFT : RIGHT;
      Snapshot found = read(List.of(name(directory, random.nextInt(NAMES))), true);
      assertEquals(found.records().get(0).isPresent() ? 2 : 1, found.records().size(), hint());
    }

    private void readSome() throws DinofsException {
      List<RecordKey> keys = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        int file = random.nextInt(NAMES);
        keys.add(
            switch (random.nextInt(3)) {
              case 0 -> name(random.nextBoolean() ? LEFT : RIGHT, file);
              case 1 -> attributes(FIRST_FILE + file);
              default -> xattr(100 + random.nextInt(PAIRS), "a");
            });
      }
      read(keys, random.nextBoolean());
    }

    private void listSome() throws DinofsException {
      long directory = random.nextBoolean() ? LEFT : RIGHT;
      Bytes after =
          random.nextBoolean() ? Bytes.EMPTY : name(directory, random.nextInt(NAMES)).name();
      long before = returned.get();
      Listing page = list(node, directory, after, 1 + random.nextInt(20));
      saw(page.at());
      history.check(page, range(directory, after), hint());
      history.check(
          new Listing(later(page.at(), before), page.records(), page.attributes(), page.more()),
          range(directory, after),
          hint());
    }

    private Snapshot read(List<RecordKey> keys, boolean withAttributes) throws DinofsException {
      long before = returned.get();
      Snapshot snapshot =
          node.get(keys, withAttributes ? Children.WITH_ATTRIBUTES : Children.WITHOUT_ATTRIBUTES);
      saw(snapshot.at());
      history.check(snapshot, hint());
      history.check(new Snapshot(later(snapshot.at(), before), snapshot.records()), hint());
      return snapshot;
    }

    private static CommitNumber later(CommitNumber at, long returnedBefore) {
      return new CommitNumber(Math.max(at.value(), returnedBefore));
    }

    private void saw(CommitNumber at) {
      assertTrue(at.value() >= seen, hint());
      seen = at.value();
    }

    private void commit(Mutation... mutations) throws DinofsException {
      try {
        long number = node.commit(committer.of(mutations)).number().value();
        returned.accumulateAndGet(number, Math::max);
      } catch (StaleException e) {
        history.check(new Snapshot(e.at(), e.current()), hint());
      }
    }

    private static Mutation put(VersionedRecord seen, Bytes value) {
      return new Mutation.Put(seen.key(), seen.version(), value);
    }

    private static Mutation delete(VersionedRecord seen) {
      return new Mutation.Delete(seen.key(), seen.version());
    }
  }
}
