package io.dinofs.remote;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dinofs.access.Access;
import io.dinofs.access.Gate;
import io.dinofs.access.Secret;
import io.dinofs.access.ShownToken;
import io.dinofs.blobserver.BlobServer;
import io.dinofs.blobserver.BlobServerSettings;
import io.dinofs.metadataserver.MetadataServer;
import io.dinofs.metadataserver.ServerLimits;
import io.dinofs.metadataserver.ServerMetrics;
import io.dinofs.metadataserver.StrictNodes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import io.dinofs.remote.blob.HttpStore;
import io.dinofs.remote.blob.HttpStoreSettings;
import io.dinofs.remote.metadata.RemoteSettings;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.tls.ClientTls;
import io.dinofs.tls.ServerTls;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Both servers and a node with TLS, and what comes of certificates and peers that are not right.
 */
@Timeout(60)
final class TlsAttacksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration IMPATIENCE = Duration.ofMillis(200);
  private static final Duration HANDSHAKE = Duration.ofMillis(600);
  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final byte[] START_OF_HELLO = {22, 3, 1, 2, 0, 1, 0};

  @TempDir static Path directory;
  private static HandmadeCertificates certificates;
  private static Servers right;

  @BeforeAll
  static void start() throws Exception {
    certificates = HandmadeCertificates.in(directory);
    right = new Servers("right", Optional.of(certificates.server("right")));
  }

  @AfterAll
  static void stop() throws Exception {
    right.close();
  }

  /** A metadata server and a blob server. */
  private static final class Servers implements AutoCloseable {
    private final MetadataServer metadata;
    private final DiskStore disk;
    private final BlobServer blobs;

    Servers(String name, Optional<ServerTls> tls) throws Exception {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      metadata =
          new MetadataServer(
              new MemoryVersionedStore(),
              StrictNodes.FORGETFUL,
              StrictNodes.FORGETFUL,
              any,
              HANDSHAKE,
              ServerLimits.DEFAULT,
              tls,
              Gate.open(),
              ServerMetrics.unread());
      disk = DiskStore.open(directory.resolve("blobs-of-" + name), Durability.PROCESS_CRASH_ONLY);
      BlobServerSettings usual = BlobServerSettings.defaults(any);
      blobs =
          BlobServer.start(
              new BlobServerSettings(
                  any,
                  usual.maxConnections(),
                  usual.maxWaitingGets(),
                  usual.readThreads(),
                  usual.writeThreads(),
                  HANDSHAKE,
                  HANDSHAKE,
                  HANDSHAKE,
                  usual.stopLimit()),
              tls,
              Gate.open(),
              disk);
    }

    List<Socket> connect() throws IOException {
      List<Socket> sockets = new ArrayList<>();
      for (int port : new int[] {metadata.address().getPort(), blobs.address().getPort()}) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        sockets.add(socket);
      }
      return sockets;
    }

    @Override
    public void close() throws DinofsException {
      metadata.close();
      blobs.close();
      disk.close();
    }
  }

  private static void greet(Servers servers, ClientTls tls, Duration limit) throws DinofsException {
    Access access =
        new Access(Optional.of(tls), Optional.of(ShownToken.of(Secret.random("node"))), false);
    RemoteVersionedStore.connect(
            new RemoteSettings(
                "127.0.0.1",
                servers.metadata.address().getPort(),
                NodeId.random(),
                Consistency.PUSH,
                Optional.empty(),
                limit,
                access))
        .close();
  }

  private static void askForBlobs(Servers servers, ClientTls tls) throws DinofsException {
    URI uri = URI.create("https://127.0.0.1:" + servers.blobs.address().getPort());
    Access access =
        new Access(Optional.of(tls), Optional.of(ShownToken.of(Secret.random("node"))), false);
    try (HttpStore store =
        new HttpStore(new HttpStoreSettings(uri, access, PATIENCE, PATIENCE, Duration.ZERO, 1))) {
      assertTrue(store.room().totalBytes() > 0);
    }
  }

  private static void assertServed() throws DinofsException {
    greet(right, certificates.node("right"), PATIENCE);
    askForBlobs(right, certificates.node("right"));
  }

  private static void assertRefused(Servers servers, ClientTls tls) {
    for (DinofsException refused :
        List.of(
            assertThrows(DinofsException.class, () -> greet(servers, tls, IMPATIENCE)),
            assertThrows(DinofsException.class, () -> askForBlobs(servers, tls)))) {
      assertEquals(ErrorKind.UNAVAILABLE, refused.kind());
    }
  }

  @Test
  void aNodeTrustsNoServerButTheRightOne() throws Exception {
    assertServed();
    for (String wrong : List.of("expired", "foreign", "self-signed", "elsewhere")) {
      try (Servers servers = new Servers(wrong, Optional.of(certificates.server(wrong)))) {
        assertRefused(servers, certificates.node("right"));
      }
    }
  }

  @Test
  void aServerTrustsNoNodeButTheRightOnes() throws Exception {
    for (String wrong : List.of("expired", "foreign", "self-signed")) {
      assertRefused(right, certificates.node(wrong));
    }
    assertRefused(right, certificates.node(Optional.empty()));
    assertServed();
  }

  @Test
  void nobodyFallsBackToPlainText() throws Exception {
    try (Servers plain = new Servers("plain", Optional.empty())) {
      assertRefused(plain, certificates.node("right"));
    }
    String token = Secret.random("node").reveal();
    ByteBuf auth = Unpooled.buffer();
    Frames.encode(new Message.Auth(1, token), auth);
    byte[] frame = new byte[auth.readableBytes()];
    auth.readBytes(frame);
    String request = "GET /healthz HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n\r\n";
    byte[] get = request.formatted(token).getBytes(StandardCharsets.US_ASCII);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    LOG.addAppender(logged);
    for (byte[] plain : List.of(frame, get)) {
      for (Socket socket : right.connect()) {
        try (socket) {
          socket.getOutputStream().write(plain);
          String answer =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
          assertFalse(answer.contains("HTTP"), answer);
          assertTrue(answer.length() < 10, "no more than an alert of TLS");
        } catch (SocketException e) {
          // It was reset, without an answer.
        }
      }
    }
    LOG.detachAppender(logged);
    String bits = HexFormat.of().formatHex(token.substring(9).getBytes(StandardCharsets.US_ASCII));
    for (ILoggingEvent event : logged.list) {
      assertFalse(event.getFormattedMessage().contains(bits), event.getFormattedMessage());
    }
  }

  @Test
  void aHandshakeThatStopsOrDripsIsGivenUp() throws Exception {
    List<Socket> all = new ArrayList<>();
    List<Socket> silent = right.connect();
    List<Socket> dripping = right.connect();
    all.addAll(silent);
    all.addAll(dripping);
    try {
      for (Socket socket : all) {
        socket.getOutputStream().write(START_OF_HELLO);
      }
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                dripping.removeIf(TlsAttacksTest::isCutOff);
                return dripping.isEmpty();
              });
      for (Socket socket : silent) {
        try {
          assertEquals(-1, socket.getInputStream().read());
        } catch (SocketException e) {
          // It was reset.
        }
      }
    } finally {
      for (Socket socket : all) {
        socket.close();
      }
    }
    assertServed();
  }

  /** Sends one byte more of a handshake. */
  private static boolean isCutOff(Socket socket) {
    try {
      socket.getOutputStream().write(0);
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
