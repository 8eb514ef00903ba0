package io.dinofs.metadataserver;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server does with clients that do not behave. */
final class MetadataServerTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LEASE = Duration.ofSeconds(3);
  private static final ServerLimits LIMITS =
      new ServerLimits(4, 16, 64 * 1024, 8 << 20, 100, 64, LEASE);

  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private final Volumes.Committer committer = new Volumes.Committer(NodeId.random());
  private MetadataServer server;

  @BeforeEach
  void start() throws DinofsException {
    server = serve(0);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private MetadataServer serve(int port) throws DinofsException {
    return new MetadataServer(
        volume,
        StrictNodes.FORGETFUL,
        StrictNodes.FORGETFUL,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        LEASE,
        LIMITS);
  }

  /** A client that speaks the protocol by hand. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final ByteBuf received = Unpooled.buffer();

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
      socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
      socket.setTcpNoDelay(true);
    }

    Message.Welcome greet(NodeId node, Consistency consistency) throws IOException {
      send(new Message.Hello(1, Frames.PROTOCOL_VERSION, Optional.empty(), node, consistency));
      return assertInstanceOf(Message.Welcome.class, receive());
    }

    void send(Message message) throws IOException {
      ByteBuf frame = Unpooled.buffer();
      Frames.encode(message, frame);
      frame.readBytes(socket.getOutputStream(), frame.readableBytes());
    }

    void sendBytes(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    Message receive() throws IOException {
      Optional<Message> message = Frames.next(received);
      while (message.isEmpty()) {
        byte[] bytes = new byte[256 * 1024];
        int read = socket.getInputStream().read(bytes);
        if (read < 0) {
          throw new IOException("closed by the server");
        }
        received.writeBytes(bytes, 0, read);
        message = Frames.next(received);
      }
      return message.get();
    }

    void assertIsClosed() {
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              receive();
            }
          });
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void assertServes() throws IOException {
    try (Client client = new Client()) {
      client.greet(NodeId.random(), Consistency.PUSH);
      client.send(new Message.GetStatistics(7));
      assertInstanceOf(Message.Statistics.class, client.receive());
    }
  }

  private Commit commitOf(String name, Bytes value) {
    return committer.of(putNew(xattr(10, name), value));
  }

  @Test
  void aStrangersBytesEndOnlyItsConnection() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      try (Client client = new Client()) {
        byte[] bytes = new byte[4096];
        random.nextBytes(bytes);
        client.sendBytes(bytes);
        client.assertIsClosed();
      }
    }
    assertServes();
  }

  @Test
  void aClientThatSaysNothingIsNotKept() throws IOException {
    try (Client client = new Client()) {
      client.assertIsClosed();
    }
  }

  @Test
  void aRequestBeforeHelloIsRefused() throws IOException {
    try (Client client = new Client()) {
      client.send(new Message.GetStatistics(1));
      client.assertIsClosed();
    }
  }

  @Test
  void anotherVersionOfTheProtocolIsRefusedWithTheReason() throws IOException {
    try (Client client = new Client()) {
      client.send(
          new Message.Hello(
              5, Frames.PROTOCOL_VERSION + 1, Optional.empty(), NodeId.random(), Consistency.PUSH));
      Message.Failure failure = assertInstanceOf(Message.Failure.class, client.receive());
      assertEquals(5, failure.tag());
      assertEquals(ErrorKind.NOT_SUPPORTED, failure.kind());
      client.assertIsClosed();
    }
  }

  @Test
  void aRefusedClientsRequestsAreNotServed() throws IOException {
    try (Client client = new Client()) {
      client.send(
          new Message.Hello(
              5,
              Frames.PROTOCOL_VERSION,
              Optional.of(VolumeId.random()),
              NodeId.random(),
              Consistency.PUSH));
      client.send(new Message.CommitRequest(6, commitOf("k", Bytes.EMPTY)));
      assertEquals(ErrorKind.WRONG_VOLUME, ((Message.Failure) client.receive()).kind());
      client.assertIsClosed();
    }
    assertEquals(CommitNumber.NONE.next(), volume.statistics().newest());
  }

  @Test
  void moreConnectionsThanTheLimitAreRefused() throws IOException {
    Client[] clients = new Client[LIMITS.connections()];
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Client();
      clients[i].greet(NodeId.random(), Consistency.PUSH);
    }
    try (Client oneMore = new Client()) {
      oneMore.send(
          new Message.Hello(
              1, Frames.PROTOCOL_VERSION, Optional.empty(), NodeId.random(), Consistency.PUSH));
      assertEquals(ErrorKind.UNAVAILABLE, ((Message.Failure) oneMore.receive()).kind());
    }
    for (Client client : clients) {
      client.close();
    }
    await().atMost(LIMIT).ignoreExceptions().untilAsserted(this::assertServes);
  }

  @Test
  void aClientThatDoesNotTakeItsPushesIsCutOffAndTheOthersAreServed() throws IOException {
    try (Client slow = new Client();
        Client writer = new Client()) {
      slow.greet(NodeId.random(), Consistency.PUSH);
      slow.send(new Message.Subscribe(2, CommitNumber.NONE, CommitNumber.NONE, true));
      assertInstanceOf(Message.Reset.class, slow.receive());
      writer.greet(NodeId.random(), Consistency.PUSH);
      Bytes large = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
      for (int i = 0; i < 400; i++) {
        writer.send(new Message.CommitRequest(10 + i, commitOf("k" + i, large)));
        assertInstanceOf(Message.Committed.class, writer.receive());
      }
      slow.assertIsClosed();
    }
    assertServes();
  }

  @Test
  void aPageThatWouldNotFitAFrameIsCutAndHasMoreAfterIt() throws IOException {
    Bytes large = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
    for (int i = 0; i < 120; i++) {
      volume.commit(commitOf("k%03d".formatted(i), large));
    }
    try (Client client = new Client()) {
      client.greet(NodeId.random(), Consistency.PUSH);
      int seen = 0;
      Bytes after = Bytes.EMPTY;
      boolean more = true;
      for (int page = 0; more; page++) {
        assertTrue(page < 5);
        client.send(
            new Message.ListRecords(
                2, new InodeId(10), RecordKind.XATTR, after, 4096, Children.WITHOUT_ATTRIBUTES));
        var listing = ((Message.Page) client.receive()).listing();
        seen += listing.records().size();
        more = listing.more();
        after = listing.records().get(listing.records().size() - 1).key().name();
      }
      assertEquals(120, seen);
    }
  }

  @Test
  void aReturningNodeIsToldEachChangedRecordOnceAndThenEveryCommit() throws IOException {
    volume.commit(commitOf("a", Bytes.utf8("1")));
    CommitNumber seen = volume.statistics().newest();
    for (int i = 0; i < 90; i++) {
      volume.commit(commitOf("k" + i, Bytes.EMPTY));
    }
    server.close();
    server = serve(0);
    try (Client client = new Client()) {
      CommitNumber newest = client.greet(NodeId.random(), Consistency.PUSH).newest();
      client.send(new Message.Subscribe(2, seen, seen, true));
      assertEquals(new Message.Subscribed(2, newest), client.receive());
      int records = 0;
      Message.Push push;
      do {
        push = (Message.Push) client.receive();
        records += push.change().records().size();
        assertTrue(push.change().number().equals(seen) || push.change().number().equals(newest));
      } while (!push.change().number().equals(newest));
      assertEquals(90, records);
      client.send(new Message.CommitRequest(3, commitOf("next", Bytes.EMPTY)));
      Message.Push next = (Message.Push) client.receive();
      assertEquals(newest.next(), next.change().number());
      assertInstanceOf(Message.Committed.class, client.receive());
    }
  }

  @Test
  void aNodeThatMissedTooMuchStartsAnew() throws IOException {
    CommitNumber seen = volume.statistics().newest();
    for (int i = 0; i <= LIMITS.resumeRecords(); i++) {
      volume.commit(commitOf("k" + i, Bytes.EMPTY));
    }
    server.close();
    server = serve(0);
    try (Client client = new Client()) {
      CommitNumber newest = client.greet(NodeId.random(), Consistency.PUSH).newest();
      client.send(new Message.Subscribe(2, seen, seen, true));
      assertEquals(new Message.Reset(2, newest), client.receive());
    }
  }

  @Test
  void theNewestConnectionOfANodeReplacesTheOneBefore() throws IOException {
    NodeId node = NodeId.random();
    try (Client before = new Client();
        Client after = new Client()) {
      for (Client client : new Client[] {before, after}) {
        client.greet(node, Consistency.STRICT);
        client.send(new Message.Subscribe(2, CommitNumber.NONE, CommitNumber.NONE, true));
        assertInstanceOf(Message.Reset.class, client.receive());
      }
      before.assertIsClosed();
    }
  }

  @Test
  void aPortThatIsTakenIsReported() {
    DinofsException failure =
        assertThrows(DinofsException.class, () -> serve(server.address().getPort()));
    assertEquals(ErrorKind.BUSY, failure.kind());
    assertFalse(failure.getMessage().isEmpty());
  }
}
