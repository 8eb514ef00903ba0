package io.dinofs.remote.metadata;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.LockRange;
import io.dinofs.model.NodeId;
import io.dinofs.store.LockService;
import io.dinofs.store.RecordedAnswer;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.FaultyLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of locks when connections break, nodes fall silent and servers restart. */
final class RemoteLocksTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofMillis(900);

  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private final Remembered lockNodes = new Remembered();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private MetadataServer server;
  private FaultyLink proxy;

  /** What a server leaves to the next one. */
  private static final class Remembered implements StrictNodes {
    private volatile Set<NodeId> nodes = Set.of();

    @Override
    public Set<NodeId> remembered() {
      return nodes;
    }

    @Override
    public void remember(Set<NodeId> remembered) {
      nodes = Set.copyOf(remembered);
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = serve(0);
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

  private MetadataServer serve(int port) throws Exception {
    return new MetadataServer(
        volume,
        StrictNodes.FORGETFUL,
        lockNodes,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        LEASE,
        ServerLimits.DEFAULT);
  }

  private void restartServer() throws Exception {
    int port = server.address().getPort();
    server.close();
    server = serve(port);
  }

  /** A node with one process. */
  private final class Node {
    private final NodeId id = NodeId.random();
    private final RemoteVersionedStore store;
    private final LockService locks;
    private final List<FileLock> lost = new CopyOnWriteArrayList<>();

    Node(int port) throws Exception {
      store =
          RemoteVersionedStore.connect(
              new RemoteSettings("127.0.0.1", port, id, Consistency.PUSH, Optional.empty(), LIMIT));
      opened.add(store);
      locks = store.locks();
      locks.onLoss(lost::addAll);
    }

    FileLock exclusive() {
      LockPlace place =
          new LockPlace(new InodeId(7), LockKind.POSIX, new LockOwner(id, 1), new LockRange(0, 9));
      return new FileLock(place, LockMode.EXCLUSIVE, 1);
    }

    boolean tryLock() throws DinofsException {
      try {
        locks.tryAcquire(exclusive());
        return true;
      } catch (DinofsException e) {
        assertEquals(ErrorKind.LOCKED, e.kind());
        return false;
      }
    }

    RecordedAnswer waitForLock() {
      RecordedAnswer answer = new RecordedAnswer();
      LockService.Waiting unused = locks.acquire(exclusive(), answer);
      return answer;
    }

    void unlock() throws DinofsException {
      locks.release(exclusive().place());
    }
  }

  /** A node whose connection can be broken. */
  private Node fragile() throws Exception {
    return new Node(proxy.port());
  }

  private Node steady() throws Exception {
    return new Node(server.address().getPort());
  }

  @Test
  void aShortLossOfTheConnectionCostsNoLock() throws Exception {
    Node holder = fragile();
    Node other = steady();
    assertTrue(holder.tryLock());
    for (int i = 0; i < 5; i++) {
      proxy.cut();
      assertFalse(other.tryLock());
      assertTrue(holder.locks.test(holder.exclusive()).isEmpty()); // it is connected again
      assertFalse(other.tryLock());
    }
    holder.unlock();
    assertTrue(other.tryLock());
    assertEquals(List.of(), holder.lost);
  }

  @Test
  void aWaitGoesOnOverANewConnection() throws Exception {
    Node holder = steady();
    Node waiter = fragile();
    assertTrue(holder.tryLock());
    RecordedAnswer answer = waiter.waitForLock();
    proxy.cut();
    assertTrue(waiter.locks.test(waiter.exclusive()).isPresent());
    holder.unlock();
    answer.awaitGranted();
    assertFalse(holder.tryLock());
  }

  @Test
  void aWaitThatIsCancelledWhileThereIsNoConnectionEnds() throws Exception {
    Node holder = steady();
    Node waiter = fragile();
    assertTrue(holder.tryLock());
    RecordedAnswer answer = new RecordedAnswer();
    LockService.Waiting waiting = waiter.locks.acquire(waiter.exclusive(), answer);
    proxy.close();
    await().atMost(LIMIT).until(() -> !waiter.store.state().connected());
    waiting.cancel();
    answer.awaitRefused(ErrorKind.INTERRUPTED);
  }

  @Test
  void aNodeThatIsSilentForItsLeaseLosesItsLocksAndLearnsIt() throws Exception {
    Node holder = fragile();
    Node other = steady();
    assertTrue(holder.tryLock());
    RecordedAnswer answer = other.waitForLock();
    proxy.swallowLatest();
    answer.awaitGranted();
    assertFalse(holder.locks.isCertain());
    proxy.heal();
    await().atMost(LIMIT).until(() -> holder.lost.equals(List.of(holder.exclusive())));
    assertFalse(holder.locks.holds(holder.exclusive().place()));
    assertFalse(holder.tryLock());
    assertTrue(holder.locks.isCertain());
    other.unlock();
    assertTrue(holder.tryLock());
  }

  @Test
  void aNodeThatLeavesGivesUpItsLocksAtOnce() throws Exception {
    Node holder = steady();
    Node other = steady();
    assertTrue(holder.tryLock());
    RecordedAnswer answer = other.waitForLock();
    assertTrue(other.locks.test(other.exclusive()).isPresent());
    holder.store.close();
    answer.awaitGranted();
  }

  @Test
  void aRestartOfTheServerCostsNoLock() throws Exception {
    Node holder = steady();
    Node other = steady();
    assertTrue(holder.tryLock());
    RecordedAnswer answer = other.waitForLock();
    restartServer();
    assertFalse(steady().tryLock());
    assertEquals(List.of(), holder.lost);
    assertTrue(holder.locks.holds(holder.exclusive().place()));
    assertFalse(answer.isDone());
    holder.unlock();
    answer.awaitGranted();
  }

  @Test
  void afterARestartTheLocksOfANodeThatIsGoneAreFreeWhenItsLeaseIsOver() throws Exception {
    Node holder = fragile();
    Node other = steady();
    assertTrue(holder.tryLock());
    proxy.close();
    restartServer();
    // Granted when the holder is waited for no longer.
    assertTrue(other.tryLock());
  }

  @Test
  void whatIsClosedGrantsNothing() throws Exception {
    Node node = steady();
    node.store.close();
    DinofsException refused =
        assertThrows(DinofsException.class, () -> node.locks.tryAcquire(node.exclusive()));
    assertEquals(ErrorKind.CLOSED, refused.kind());
    node.waitForLock().awaitRefused(ErrorKind.CLOSED);
  }
}
