package io.dinofs.metadataserver;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Gate;
import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.TokenFile;
import io.dinofs.limit.NodeLimits;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileLock;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockKind;
import io.dinofs.model.LockMode;
import io.dinofs.model.LockOwner;
import io.dinofs.model.LockPlace;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may say what, where tokens are needed: clients that speak the protocol by hand. */
final class TokensTest {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final NodeLimits PER_NODE = new NodeLimits(6, 50, 4 << 20);
  private static final int LIMIT_MILLIS = 20_000;

  @TempDir Path directory;
  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private TokenFile tokens;
  private MetadataServer server;

  @BeforeEach
  void start() throws IOException {
    tokens = new TokenFile(directory.resolve("tokens"));
    startServer();
  }

  private void startServer() throws IOException {
    server =
        new MetadataServer(
            new Engine.Opened(
                volume,
                StrictNodes.FORGETFUL,
                StrictNodes.FORGETFUL,
                new KeptFile(directory.resolve("node-owners"))),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LEASE,
            ServerLimits.DEFAULT.withPerNode(PER_NODE),
            Optional.empty(),
            Gate.of(tokens),
            ServerMetrics.unread());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final NodeId node;

    Client() throws IOException {
      this(NodeId.random());
    }

    Client(NodeId node) throws IOException {
      this.node = node;
      socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.setTcpNoDelay(true);
    }

    void send(Message... messages) throws IOException {
      ByteBuf bytes = Unpooled.buffer();
      for (Message message : messages) {
        Frames.encode(message, bytes);
      }
      socket.getOutputStream().write(bytes.array(), 0, bytes.readableBytes());
    }

    Message receive() throws IOException {
      byte[] length = socket.getInputStream().readNBytes(Integer.BYTES);
      if (length.length < Integer.BYTES) {
        throw new EOFException("closed by the server");
      }
      byte[] body = socket.getInputStream().readNBytes(ByteBuffer.wrap(length).getInt());
      return Frames.next(Unpooled.wrappedBuffer(length, body)).orElseThrow();
    }

    Message ask(Message message) throws IOException {
      send(message);
      return receive();
    }

    void assertRefused(Message message) throws IOException {
      Message.Failure failure = assertInstanceOf(Message.Failure.class, ask(message));
      assertEquals(ErrorKind.ACCESS_DENIED, failure.kind());
    }

    void assertEnd() {
      assertThrows(IOException.class, this::receive);
    }

    Client admitted(Secret token) throws IOException {
      assertInstanceOf(Message.Authenticated.class, ask(new Message.Auth(1, token.reveal())));
      assertInstanceOf(Message.Welcome.class, ask(hello()));
      return this;
    }

    Message hello() {
      return new Message.Hello(
          2, Frames.PROTOCOL_VERSION, Optional.empty(), node, Consistency.PUSH);
    }

    Message commit() {
      return new Message.CommitRequest(
          3, new Volumes.Committer(node).of(putNew(xattr(2, "k"), "value")));
    }

    Message lock(LockMode mode) {
      LockPlace place = LockPlace.everything(InodeId.ROOT, LockKind.FLOCK, new LockOwner(node, 1));
      return new Message.Lock(4, new FileLock(place, mode, 7), false);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void whoShowsNoTokenIsNotEvenToldTheVolume() throws IOException {
    tokens.add("node1", Role.NODE);
    await().until(this::isShut);
    try (Client client = new Client()) {
      client.assertRefused(client.hello());
      client.assertEnd();
    }
    try (Client client = new Client()) {
      client.assertRefused(client.commit());
      client.assertEnd();
    }
  }

  private boolean isShut() throws IOException {
    try (Client client = new Client()) {
      return client.ask(client.hello()) instanceof Message.Failure;
    }
  }

  @Test
  void aWrongTokenIsRefusedAndTheNextOneHasToWait() throws IOException {
    Secret right = tokens.add("node1", Role.NODE);
    await().until(this::isShut);
    Secret ofAnotherVolume = Secret.random("node1");
    try (Client client = new Client()) {
      client.assertRefused(new Message.Auth(1, ofAnotherVolume.reveal()));
      client.assertEnd();
    }
    try (Client client = new Client()) {
      Message answer = client.ask(new Message.Auth(1, right.reveal()));
      assertEquals(ErrorKind.UNAVAILABLE, assertInstanceOf(Message.Failure.class, answer).kind());
    }
    await()
        .ignoreExceptions()
        .until(
            () -> {
              try (Client client = new Client()) {
                return client.ask(new Message.Auth(1, right.reveal()))
                    instanceof Message.Authenticated;
              }
            });
  }

  @Test
  void nothingIsReadBeforeTheTokenIsProved() throws IOException {
    Secret right = tokens.add("node1", Role.NODE);
    await().until(this::isShut);
    CommitNumber before = volume.statistics().newest();
    try (Client client = new Client()) {
      client.send(new Message.Auth(1, right.reveal()), client.hello(), client.commit());
      client.assertEnd();
    }
    try (Client client = new Client()) {
      client.socket.getOutputStream().write(ByteBuffer.allocate(4).putInt(1 << 20).array());
      client.assertEnd();
    }
    assertEquals(before, volume.statistics().newest());
  }

  @Test
  void aReaderReadsAndIsToldButChangesNothing() throws IOException {
    Secret token = tokens.add("reader", Role.READ_ONLY);
    Secret writers = tokens.add("node1", Role.NODE);
    await().until(this::isShut);
    try (Client reader = new Client().admitted(token);
        Client writer = new Client().admitted(writers)) {
      CommitNumber before = volume.statistics().newest();
      reader.assertRefused(reader.commit());
      reader.assertRefused(reader.lock(LockMode.EXCLUSIVE));
      reader.assertRefused(new Message.Scan(5, Message.Scan.NEW_SCAN));
      assertEquals(before, volume.statistics().newest());
      Message get = new Message.Get(6, List.of(attributes(1)), Children.WITHOUT_ATTRIBUTES);
      assertInstanceOf(Message.Records.class, reader.ask(get));
      assertInstanceOf(
          Message.Reset.class,
          reader.ask(new Message.Subscribe(7, CommitNumber.NONE, CommitNumber.NONE, true)));
      assertInstanceOf(Message.LockDone.class, reader.ask(reader.lock(LockMode.SHARED)));
      writer.send(writer.commit());
      assertInstanceOf(Message.Committed.class, writer.receive());
      assertInstanceOf(Message.Push.class, reader.receive());
    }
  }

  @Test
  void nobodyShowsAnotherTokenOnceHeIsLetIn() throws IOException {
    Secret token = tokens.add("reader", Role.READ_ONLY);
    Secret writers = tokens.add("node1", Role.NODE);
    await().until(this::isShut);
    CommitNumber before = volume.statistics().newest();
    try (Client reader = new Client().admitted(token)) {
      reader.send(new Message.Auth(9, writers.reveal()), reader.commit());
      reader.assertEnd();
    }
    assertEquals(before, volume.statistics().newest());
  }

  @Test
  void nobodySpeaksInTheNameOfANodeWithAnotherToken() throws IOException {
    Secret first = tokens.add("node1", Role.NODE);
    Secret second = tokens.add("node2", Role.NODE);
    await().until(this::isShut);
    NodeId victim;
    try (Client client = new Client().admitted(first)) {
      victim = client.node;
      assertInstanceOf(Message.Committed.class, client.ask(client.commit()));
    }
    try (Client thief = new Client(victim)) {
      assertInstanceOf(
          Message.Authenticated.class, thief.ask(new Message.Auth(1, second.reveal())));
      thief.assertRefused(thief.hello());
      thief.assertEnd();
    }
    try (Client thief = new Client().admitted(second);
        Client named = new Client(victim)) {
      thief.send(named.commit());
      thief.assertEnd();
    }
    server.close();
    startServer();
    try (Client thief = new Client(victim)) {
      assertInstanceOf(
          Message.Authenticated.class, thief.ask(new Message.Auth(1, second.reveal())));
      thief.assertRefused(thief.hello());
      thief.assertEnd();
    }
    try (Client client = new Client(victim).admitted(first)) {
      assertInstanceOf(Message.Committed.class, client.ask(client.commit()));
    }
  }

  @Test
  void aScanIsForAdministrators() throws IOException {
    Secret nodes = tokens.add("node1", Role.NODE);
    Secret admins = tokens.add("admin", Role.ADMIN);
    await().until(this::isShut);
    try (Client node = new Client().admitted(nodes);
        Client admin = new Client().admitted(admins)) {
      Message scan = new Message.Scan(5, Message.Scan.NEW_SCAN);
      node.assertRefused(scan);
      assertInstanceOf(Message.Scanned.class, admin.ask(scan));
    }
  }

  @Test
  void aRevokedNodeIsCutOffAndSoIsWhoCameBeforeTheFirstToken() throws IOException {
    try (Client early = new Client()) {
      assertInstanceOf(Message.Welcome.class, early.ask(early.hello()));
      Secret token = tokens.add("node1", Role.NODE);
      early.assertEnd();
      try (Client client = new Client().admitted(token)) {
        tokens.revoke("node1");
        client.assertEnd();
      }
      try (Client client = new Client()) {
        await().untilAsserted(() -> client.assertRefused(new Message.Auth(1, token.reveal())));
      }
    }
  }

  @Test
  void whereNoTokenIsNeededOneIsNoHindrance() throws IOException {
    try (Client client = new Client().admitted(Secret.random("node1"))) {
      assertInstanceOf(Message.Committed.class, client.ask(client.commit()));
    }
  }

  @Test
  void aNodeHasNoMoreConnectionsThanItMayAndOthersDoNotLackThem() throws IOException {
    Deque<Client> clients = new ArrayDeque<>();
    try {
      for (int i = 0; i < PER_NODE.connections(); i++) {
        Client client = new Client();
        clients.add(client);
        assertInstanceOf(Message.Welcome.class, client.ask(client.hello()));
      }
      try (Client more = new Client()) {
        more.assertEnd();
      }
      clients.remove().close();
      await().ignoreExceptions().until(() -> !isShut());
    } finally {
      for (Client client : clients) {
        client.close();
      }
    }
  }

  @Test
  void whoAsksForMoreThanItMayHasToWait() throws IOException {
    try (Client client = new Client()) {
      assertInstanceOf(Message.Welcome.class, client.ask(client.hello()));
      long start = System.nanoTime();
      Message get = new Message.Get(6, List.of(attributes(1)), Children.WITHOUT_ATTRIBUTES);
      for (int i = 0; i < PER_NODE.requestsPerSecond() + 20; i++) {
        assertInstanceOf(Message.Records.class, client.ask(get));
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis > 300, "20 too many took " + millis + " ms");
    }
  }

  @Test
  void whoHasTooMuchUnderWayIsCutOff() throws IOException {
    try (Client client = new Client()) {
      assertInstanceOf(Message.Welcome.class, client.ask(client.hello()));
      List<Mutation> puts = new ArrayList<>();
      Bytes value = Bytes.wrap(new byte[VersionedRecord.MAX_VALUE_BYTES]);
      for (int i = 0; i < 80; i++) {
        puts.add(new Mutation.Put(xattr(2, "k" + i), Version.ABSENT, value));
      }
      client.send(new Message.CommitRequest(5, new Commit(new CommitId(client.node, 1), puts)));
      client.assertEnd();
    }
  }
}
