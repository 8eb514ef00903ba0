package io.dinofs.metadataserver;

import static io.dinofs.store.Volumes.putNew;
import static io.dinofs.store.Volumes.xattr;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Gate;
import io.dinofs.model.NodeId;
import io.dinofs.observe.MetricsPage;
import io.dinofs.observe.ProgramMetrics;
import io.dinofs.store.Volumes;
import io.dinofs.store.memory.MemoryVersionedStore;
import io.dinofs.wire.Consistency;
import io.dinofs.wire.Frames;
import io.dinofs.wire.Message;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void aCommitIsCountedWithItsOutcome() throws Exception {
    ProgramMetrics metrics = new ProgramMetrics();
    NodeId node = NodeId.random();
    Volumes.Committer committer = new Volumes.Committer(node);
    try (MemoryVersionedStore volume = new MemoryVersionedStore();
        MetadataServer server =
            new MetadataServer(
                volume,
                StrictNodes.FORGETFUL,
                StrictNodes.FORGETFUL,
                ANY_PORT,
                Duration.ofSeconds(5),
                ServerLimits.DEFAULT,
                Optional.empty(),
                Gate.open(),
                new ServerMetrics(metrics.registry(), Duration.ofSeconds(1)));
        MetricsPage page = MetricsPage.serve(metrics::page, ANY_PORT);
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.setSoTimeout(20_000);
      send(
          socket,
          new Message.Hello(1, Frames.PROTOCOL_VERSION, Optional.empty(), node, Consistency.PUSH));
      receive(socket);
      send(socket, new Message.CommitRequest(2, committer.of(putNew(xattr(10, "a"), ""))));
      receive(socket);
      send(socket, new Message.CommitRequest(3, committer.of(putNew(xattr(10, "a"), ""))));
      receive(socket);
      String text = get(page.address());
      assertTrue(text.contains("dinofs_commit_seconds_count{outcome=\"accepted\"} 1"), text);
      assertTrue(text.contains("dinofs_commit_seconds_count{outcome=\"stale\"} 1"), text);
      assertTrue(text.contains("\ndinofs_connections 1"), text);
    }
  }

  private static String get(InetSocketAddress address) throws IOException, InterruptedException {
    URI page = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
        .body();
  }

  private static void send(Socket socket, Message message) throws IOException {
    ByteBuf frame = Unpooled.buffer();
    Frames.encode(message, frame);
    frame.readBytes(socket.getOutputStream(), frame.readableBytes());
  }

  private static void receive(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readFully(new byte[in.readInt()]);
  }
}
