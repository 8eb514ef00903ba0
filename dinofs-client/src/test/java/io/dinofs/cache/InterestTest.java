package io.dinofs.cache;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.entry;
import static io.dinofs.store.Volumes.entryOf;
import static io.dinofs.store.Volumes.file;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.text;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which nodes are told of a commit, and waited for. */
class InterestTest {
  private static final int NODES = 50;
  private static final int COMMITS = 200;
  private static final long DIRECTORY = 10;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
  private final LocalServer server =
      new LocalServer(
          new MemoryVersionedStore(),
          ServerLimits.DEFAULT,
          new ServerMetrics(registry, Duration.ofSeconds(5)));
  private final List<VersionedStore> nodes = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (VersionedStore node : nodes) {
      node.close();
    }
    server.close();
  }

  private VersionedStore connect() throws Exception {
    VersionedStore node = CachingVersionedStore.open(server.connect(), Caches.settings(1 << 20));
    nodes.add(node);
    return node;
  }

  private double pushes() {
    return registry.get("dinofs.pushes").counter().count();
  }

  private static VersionedRecord read(VersionedStore node, RecordKey key) throws Exception {
    return node.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  /** Makes so many files in the directory; returns how many pushes that took. */
  private double work(VersionedStore node, int first) throws Exception {
    double before = pushes();
    for (int i = first; i < first + COMMITS; i++) {
      long inode = 1000L + i;
      node.commit(
          committer.of(
              putNew(entry(DIRECTORY, CacheFixture.name(i)), entryOf(inode)),
              putNew(attributes(inode), file())));
    }
    return pushes() - before;
  }

  @Test
  void theCommitsOfANodeThatWorksAloneCostTheSameHoweverManyNodesThereAre() throws Exception {
    VersionedStore worker = connect();
    double alone = work(worker, 0);
    for (int i = 1; i < NODES; i++) {
      VersionedRecord unused = read(connect(), attributes(InodeId.ROOT.value()));
    }
    double amongMany = work(worker, COMMITS);
    assertEquals(COMMITS, alone);
    assertTrue(amongMany < 1.1 * alone, () -> amongMany + " pushes, alone " + alone);
  }

  @Test
  void aNodeThatHasLookedIsToldAndOthersAreNot() throws Exception {
    VersionedStore worker = connect();
    VersionedStore looking = connect();
    connect();
    double before = work(worker, 0);
    VersionedRecord unused = read(looking, entry(DIRECTORY, CacheFixture.name(0)));
    assertEquals(2 * before, work(worker, COMMITS));
    assertTrue(read(looking, entry(DIRECTORY, CacheFixture.name(COMMITS))).isPresent());
  }

  @Test
  void aNameThatWasLookedForInVainIsOfInterest() throws Exception {
    VersionedStore worker = connect();
    VersionedStore looking = connect();
    RecordKey key = entry(DIRECTORY, CacheFixture.name(5));
    assertTrue(!read(looking, key).isPresent());
    work(worker, 0);
    assertTrue(read(looking, key).isPresent());
  }

  @Test
  void aNodeThatIsToldNothingKnowsHowFarTheVolumeIs() throws Exception {
    VersionedStore worker = connect();
    VersionedStore idle = connect();
    RecordKey key = xattr(1, "k");
    VersionedRecord unused = read(idle, key);
    work(worker, 0);
    CommitNumber newest = worker.statistics().newest();
    // Nothing is asked meanwhile: pings bring it.
    await()
        .atMost(LIMIT)
        .until(() -> idle.get(List.of(key), Children.WITHOUT_ATTRIBUTES).at().equals(newest));
  }

  @Test
  void whoWantsEverythingIsToldEverything() throws Exception {
    VersionedStore worker = connect();
    VersionedStore watching = connect();
    Watcher watcher = new Watcher();
    try (VersionedStore.Subscription watch =
        watching.subscribe(watching.statistics().newest(), watcher)) {
      watcher.subscription = watch;
      work(worker, 0);
      await().atMost(LIMIT).until(() -> watcher.told.get() == COMMITS);
    }
  }

  /** Wants everything, and keeps nothing. */
  private static final class Watcher implements VersionedStore.CommitListener {
    private final AtomicInteger told = new AtomicInteger();
    private volatile VersionedStore.Subscription subscription;

    @Override
    public void committed(CommittedChange change) {
      told.addAndGet(change.records().isEmpty() ? 0 : 1);
      subscription.applied(change.number());
    }

    @Override
    public void reset(CommitNumber at) {}
  }

  @Test
  void aRecordThatIsReadAfterOthersHaveChangedItManyTimesIsTheNewest() throws Exception {
    VersionedStore worker = connect();
    VersionedStore other = connect();
    RecordKey key = xattr(30, "k");
    Version version = Version.ABSENT;
    for (int i = 0; i < COMMITS; i++) {
      Bytes value = Bytes.utf8("" + i);
      version =
          Version.of(worker.commit(committer.of(new Mutation.Put(key, version, value))).number());
      if (i % 2 == 0) {
        assertEquals("" + i, text(read(other, key)));
      }
    }
  }
}
