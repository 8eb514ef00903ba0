package io.dinofs.remote.metadata;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.model.VolumeId;
import io.dinofs.store.GroupCommitStore;
import io.dinofs.store.RecordingListener;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.FaultyLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes see of each other when servers restart, connections break and nodes fall silent. */
final class BrokenConnectionTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofMillis(600);
  private static final long INODE = 10;

  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private MetadataServer server;
  private FaultyLink proxy;

  @BeforeEach
  void start() throws Exception {
    server = serve(volume, 0);
    proxy = new FaultyLink(server.address().getPort());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
    proxy.close();
    server.close();
  }

  private static MetadataServer serve(GroupCommitStore store, int port) throws Exception {
    return new MetadataServer(
        store,
        StrictNodes.FORGETFUL,
        StrictNodes.FORGETFUL,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        LEASE,
        ServerLimits.DEFAULT);
  }

  /** A node that tells what it hears to a listener. */
  private final class Node {
    private final NodeId id = NodeId.random();
    private final Volumes.Committer committer = new Volumes.Committer(id);
    private final RecordingListener listener = new RecordingListener();
    private final RemoteVersionedStore store;
    private final VersionedStore.Subscription subscription;

    Node(Consistency consistency, boolean acknowledges) throws Exception {
      store =
          RemoteVersionedStore.connect(
              new RemoteSettings(
                  "127.0.0.1", proxy.port(), id, consistency, Optional.empty(), LIMIT));
      opened.add(store);
      subscription = store.subscribe(CommitNumber.NONE, listener);
      if (acknowledges) {
        listener.attach(subscription);
      }
    }

    CommitResult put(String name) throws DinofsException {
      return store.commit(committer.of(putNew(xattr(INODE, name), "v")));
    }

    CompletableFuture<CommitResult> putLater(String name) {
      return CompletableFuture.supplyAsync(
          () -> {
            try {
              return put(name);
            } catch (DinofsException e) {
              throw new IllegalStateException(e);
            }
          });
    }

    boolean has(String name) throws DinofsException {
      return store
          .get(List.of(xattr(INODE, name)), Children.WITHOUT_ATTRIBUTES)
          .records()
          .get(0)
          .isPresent();
    }

    boolean wasTold(String name) {
      return listener.state().containsKey(xattr(INODE, name));
    }
  }

  @Test
  void aCommitReturnsOnlyWhenTheOtherStrictNodeHasAppliedIt() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node reader = new Node(Consistency.STRICT, true);
    for (int i = 0; i < 100; i++) {
      writer.put("k" + i);
      assertTrue(reader.wasTold("k" + i), "commit " + i + " has returned");
    }
  }

  @Test
  void aPushNodeIsNotWaitedForAndIsTold() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node reader = new Node(Consistency.PUSH, false);
    writer.put("k");
    await().atMost(LIMIT).until(() -> reader.wasTold("k"));
  }

  @Test
  void aStrictNodeThatLivesAndAppliesNothingIsWaitedForAndThenCutOff() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node stuck = new Node(Consistency.STRICT, false);
    CompletableFuture<CommitResult> commit = writer.putLater("k");
    await().atMost(LIMIT).until(() -> stuck.wasTold("k"));
    assertThrows(
        TimeoutException.class, () -> commit.get(LEASE.toMillis() / 2, TimeUnit.MILLISECONDS));
    proxy.swallowLatest();
    commit.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void aStrictNodeThatAppliesNothingCostsOthersOneWaitUntilItAppliesAgain() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node stuck = new Node(Consistency.STRICT, false);
    long beganNanos = System.nanoTime();
    writer.put("first");
    long oneWaitNanos = System.nanoTime() - beganNanos;
    assertFalse(stuck.subscription.isCurrent(), "its lease ends before the commit returns");
    beganNanos = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      writer.put("k" + i);
    }
    assertTrue(System.nanoTime() - beganNanos < oneWaitNanos, "nobody waits for it again");
    await().atMost(LIMIT).until(() -> stuck.wasTold("k19") || !stuck.listener.resets().isEmpty());
    assertFalse(stuck.subscription.isCurrent(), "it gets no lease");
    stuck.listener.attach(stuck.subscription);
    assertTrue(stuck.subscription.awaitCurrent(LIMIT.toMillis()));
    for (int i = 0; i < 20; i++) {
      writer.put("again" + i);
      assertTrue(stuck.wasTold("again" + i), "it is waited for again");
    }
  }

  @Test
  void aSilentStrictNodeIsWaitedForAsLongAsItsLeaseAndKnowsThatItIsNotCurrent() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node silent = new Node(Consistency.STRICT, true);
    assertTrue(silent.subscription.isCurrent());
    proxy.swallowLatest();
    writer.put("k");
    assertFalse(silent.wasTold("k"));
    assertFalse(silent.subscription.isCurrent(), "its lease ends before the server's does");
    proxy.heal();
    await().atMost(LIMIT).until(() -> silent.wasTold("k"));
    assertTrue(silent.subscription.awaitCurrent(LIMIT.toMillis()));
    assertEquals(1, silent.listener.resets().size(), "it resumed where it was");
  }

  @Test
  void aNodeThatSaysGoodbyeIsNotWaitedFor() throws Exception {
    Node writer = new Node(Consistency.STRICT, true);
    Node leaving = new Node(Consistency.STRICT, false);
    leaving.store.close();
    CompletableFuture<CommitResult> commit = writer.putLater("k");
    commit.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Test
  void commitsAndPushesGoOnOverConnectionsThatBreakAnywhere() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Node writer = new Node(Consistency.STRICT, true);
    Node reader = new Node(Consistency.STRICT, true);
    for (int i = 0; i < 100; i++) {
      if (i % 5 == 0) {
        proxy.cutAfter(random.nextInt(300));
      }
      writer.put("k" + i);
      assertTrue(writer.has("k" + i), "seed " + seed);
    }
    proxy.cutAfter(Long.MAX_VALUE);
    CommitNumber newest = volume.statistics().newest();
    await().atMost(LIMIT).until(() -> reader.listener.newest().equals(newest));
    for (int i = 0; i < 100; i++) {
      assertTrue(reader.wasTold("k" + i), "seed " + seed);
    }
    assertEquals(1 + 100, newest.value(), "each commit was applied once; seed " + seed);
  }

  @Test
  void aCommitUnderWayOutlivesARestartOfTheServer() throws Exception {
    Node node = new Node(Consistency.STRICT, true);
    int port = server.address().getPort();
    List<CompletableFuture<CommitResult>> commits = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      commits.add(node.putLater("k" + i));
      if (i == 10) {
        server.close();
      }
    }
    server = serve(volume, port);
    for (CompletableFuture<CommitResult> commit : commits) {
      commit.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
    assertEquals(1 + 20, volume.statistics().newest().value());
    assertTrue(node.subscription.awaitCurrent(LIMIT.toMillis()));
    for (int i = 0; i < 20; i++) {
      assertTrue(node.wasTold("k" + i));
    }
  }

  @Test
  void anotherVolumeAtTheSameAddressIsRefused() throws Exception {
    Node node = new Node(Consistency.STRICT, true);
    int port = server.address().getPort();
    server.close();
    server = serve(new MemoryVersionedStore(), port);
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              DinofsException failure = assertThrows(DinofsException.class, () -> node.has("k"));
              return failure.kind() == ErrorKind.WRONG_VOLUME;
            });
    assertFalse(node.subscription.isCurrent());
  }

  @Test
  void aServerThatIsNotThereIsReportedWithinTheTimeout() {
    RemoteSettings settings =
        new RemoteSettings(
            "127.0.0.1",
            1,
            NodeId.random(),
            Consistency.STRICT,
            Optional.empty(),
            Duration.ofMillis(200));
    DinofsException failure =
        assertThrows(DinofsException.class, () -> RemoteVersionedStore.connect(settings));
    assertEquals(ErrorKind.UNAVAILABLE, failure.kind());
  }

  @Test
  void aCallEndsAtItsTimeoutWhileTheServerIsAway() throws Exception {
    RemoteVersionedStore store =
        RemoteVersionedStore.connect(
            new RemoteSettings(
                "127.0.0.1",
                proxy.port(),
                NodeId.random(),
                Consistency.STRICT,
                Optional.empty(),
                Duration.ofMillis(300)));
    opened.add(store);
    server.close();
    DinofsException failure =
        assertThrows(
            DinofsException.class,
            () -> store.get(List.of(xattr(INODE, "k")), Children.WITHOUT_ATTRIBUTES));
    assertEquals(ErrorKind.UNAVAILABLE, failure.kind());
  }

  @Test
  void aNodeThatWasAwayForTooLongStartsAnew() throws Exception {
    MemoryVersionedStore forgetful =
        new MemoryVersionedStore(VolumeId.random(), Volumes.SOME_TIME, 5);
    server.close();
    server = serve(forgetful, server.address().getPort());
    Node writer = new Node(Consistency.STRICT, true);
    Node away = new Node(Consistency.STRICT, true);
    proxy.swallowLatest();
    for (int i = 0; i < 20; i++) {
      writer.put("k" + i);
    }
    proxy.heal();
    await().atMost(LIMIT).until(() -> away.listener.resets().size() == 2);
    assertTrue(away.subscription.awaitCurrent(LIMIT.toMillis()));
    assertTrue(away.has("k19"));
  }
}
