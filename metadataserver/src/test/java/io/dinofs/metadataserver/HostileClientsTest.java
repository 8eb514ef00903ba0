package io.dinofs.metadataserver;

import static io.dinofs.store.Volumes.attributes;
import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.InodeId;
import io.dinofs.model.InodeSet;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKind;
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
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a client sends, it harms nobody but itself. */
final class HostileClientsTest {
  private static final Duration LEASE = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration MESSAGE_TIME = Duration.ofMillis(400);
  private static final int LENGTH_BYTES = 4;
  private static final int SPOILT_CONNECTIONS = 100;
  private static final int SPOILT_MESSAGES = 20;

  private static final List<Message> MESSAGES =
      List.of(
          new Message.Get(1, List.of(attributes(1), xattr(2, "k")), Children.WITH_ATTRIBUTES),
          new Message.ListRecords(
              2, InodeId.ROOT, RecordKind.ENTRY, Bytes.EMPTY, 100, Children.WITHOUT_ATTRIBUTES),
          new Message.CommitRequest(
              3, new Volumes.Committer(new NodeId(1)).of(putNew(xattr(2, "k"), "value"))),
          new Message.Subscribe(4, CommitNumber.NONE, CommitNumber.NONE, false),
          new Message.Interest(5, InodeSet.ofWords(new long[] {1, 2, 3})),
          new Message.Applied(new CommitNumber(9)),
          new Message.Scan(6, Message.Scan.NEW_SCAN),
          new Message.Reassert(7, List.of()),
          new Message.Ping(8),
          new Message.GetStatistics(9));

  private final MemoryVersionedStore volume = new MemoryVersionedStore();
  private MetadataServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new MetadataServer(
            volume,
            StrictNodes.FORGETFUL,
            StrictNodes.FORGETFUL,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LEASE,
            ServerLimits.DEFAULT.withMessageTime(MESSAGE_TIME));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
      socket.setSoTimeout(Math.toIntExact(LIMIT.toMillis()));
      socket.setTcpNoDelay(true);
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /** The next message; EOFException if the server has closed the connection. */
    Message receive() throws IOException {
      byte[] length = socket.getInputStream().readNBytes(LENGTH_BYTES);
      if (length.length < LENGTH_BYTES) {
        throw new EOFException("closed by the server");
      }
      byte[] body = socket.getInputStream().readNBytes(ByteBuffer.wrap(length).getInt());
      return Frames.next(Unpooled.wrappedBuffer(length, body)).orElseThrow();
    }

    Client greet() throws IOException {
      send(frame(hello()));
      assertInstanceOf(Message.Welcome.class, receive());
      return this;
    }

    /** Takes answers until the server has closed the connection. */
    void awaitEnd() {
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              Message unused = receive();
            }
          });
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static Message hello() {
    return new Message.Hello(
        1, Frames.PROTOCOL_VERSION, Optional.empty(), NodeId.random(), Consistency.PUSH);
  }

  private static byte[] frame(Message message) throws IOException {
    ByteBuf frame = Unpooled.buffer();
    Frames.encode(message, frame);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  private void assertServes() throws IOException {
    try (Client client = new Client().greet()) {
      client.send(frame(new Message.GetStatistics(7)));
      assertInstanceOf(Message.Statistics.class, client.receive());
    }
  }

  @Test
  void aFrameOfAnImpossibleLengthEndsItsConnectionAtOnce() throws IOException {
    for (int length :
        new int[] {0, 8, Frames.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      byte[] bytes = ByteBuffer.allocate(LENGTH_BYTES).putInt(length).array();
      try (Client stranger = new Client();
          Client client = new Client().greet()) {
        stranger.send(bytes);
        stranger.awaitEnd();
        client.send(bytes);
        client.awaitEnd();
      }
    }
    assertServes();
  }

  @Test
  void aMessageThatBreaksOffAnywhereHarmsNobody() throws IOException {
    for (Message message : MESSAGES) {
      byte[] frame = frame(message);
      for (int length = 1; length < frame.length; length += 3) {
        try (Client client = new Client().greet()) {
          client.send(ByteBuffer.allocate(length).put(frame, 0, length).array());
        }
      }
    }
    assertServes();
  }

  @Test
  void aMessageThatNeverEndsIsWaitedForAsLongAsALease() throws IOException {
    try (Client client = new Client().greet()) {
      client.send(new byte[] {0, 0, 1});
      client.awaitEnd();
    }
    assertServes();
  }

  @Test
  void whoGreetsOrSpeaksInDropsIsCutOffAndSoIsWhoSaysNothing() throws IOException {
    byte[] endless = ByteBuffer.allocate(LENGTH_BYTES).putInt(1000).array();
    try (Client silent = new Client();
        Client greeting = new Client();
        Client speaking = new Client().greet()) {
      List<Client> dripping = new ArrayList<>(List.of(greeting, speaking));
      for (Client client : dripping) {
        client.send(endless);
      }
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                dripping.removeIf(HostileClientsTest::isCutOff);
                return dripping.isEmpty();
              });
      silent.awaitEnd();
    }
    assertServes();
  }

  /** Sends one byte more. */
  private static boolean isCutOff(Client client) {
    try {
      client.send(new byte[1]);
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void messagesMayComeAByteAtATime() throws IOException {
    try (Client client = new Client()) {
      for (byte one : frame(hello())) {
        client.send(new byte[] {one});
      }
      assertInstanceOf(Message.Welcome.class, client.receive());
    }
  }

  @Test
  void spoiltMessagesHarmNobody() throws IOException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("HostileClientsTest: -Ddinofs.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < SPOILT_CONNECTIONS; i++) {
      try (Client client = new Client().greet()) {
        for (int j = 0; j < SPOILT_MESSAGES; j++) {
          byte[] frame = frame(MESSAGES.get(random.nextInt(MESSAGES.size())));
          int place = LENGTH_BYTES + random.nextInt(frame.length - LENGTH_BYTES);
          frame[place] = (byte) random.nextInt();
          client.send(frame);
        }
      } catch (SocketException e) {
        // The server has had enough of it.
      }
    }
    assertServes();
  }
}
