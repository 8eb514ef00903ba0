package io.dinofs.remote.blob;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.cache.blob.BlobCache;
import io.dinofs.cache.blob.CacheLimit;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.paired.PairedOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node's blob cache whose blob server lies: nothing that it says is kept or served unverified.
 */
@Timeout(60)
final class HostileBlobServerTest {
  private static final Duration LIMIT = Duration.ofMillis(250);
  private static final int BLOB_BYTES = 3000;
  private static final byte[] BLOB = bytes(1);
  private static final String RIGHT = new String(BLOB, ISO_8859_1);
  private static final BlobKey KEY = BlobKey.of(Bytes.wrap(BLOB).asBuffer());
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String HONEST = OK + "Content-Length: 3000\r\n\r\n" + RIGHT;

  @TempDir Path directory;
  private final AtomicInteger asked = new AtomicInteger();
  private ServerSocket server;
  private ServerSocket other;
  private BlobCache cache;
  private volatile Talk talk = Talk.saying(HONEST);

  /** What the server does with a connection on which it was asked something. */
  @FunctionalInterface
  private interface Talk {
    void to(OutputStream client) throws IOException, InterruptedException;

    static Talk saying(String answer) {
      return client -> client.write(answer.getBytes(ISO_8859_1));
    }

    /** Begins to say something and then goes on for ever. */
    static Talk withoutEnd(String start, byte[] more, int pauseMillis) {
      return client -> {
        saying(start).to(client);
        while (true) {
          client.write(more);
          client.flush();
          Thread.sleep(pauseMillis);
        }
      };
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    other = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
    serve(server, client -> talk.to(client));
    serve(
        other,
        client -> {
          asked.incrementAndGet();
          Talk.saying(HONEST).to(client);
        });
    HttpStore store =
        new HttpStore(new HttpStoreSettings(uri(server), LIMIT, LIMIT, Duration.ZERO, 2));
    cache =
        BlobCache.open(
            directory.resolve("cache"),
            new BlobCache.BlobServer("hostile", store),
            CacheLimit.of(1 << 20),
            PairedOptions.DEFAULT);
  }

  @AfterEach
  void stop() throws Exception {
    talk = Talk.saying(HONEST);
    assertArrayEquals(BLOB, cache.get(KEY).toArray());
    cache.close();
    server.close();
    other.close();
    assertEquals(0, asked.get(), "nobody goes where a server sends him");
    try (Stream<Path> beside = Files.list(directory)) {
      assertEquals(List.of(directory.resolve("cache")), beside.toList());
    }
  }

  private static void serve(ServerSocket listener, Talk talk) {
    start(
        () -> {
          while (!listener.isClosed()) {
            try {
              Socket client = listener.accept();
              start(() -> answer(client, talk));
            } catch (IOException e) {
              // It is closed, and the loop ends.
            }
          }
        });
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "hostile-blob-server");
    thread.setDaemon(true);
    thread.start();
  }

  private static void answer(Socket client, Talk talk) {
    try (client) {
      byte[] request = new byte[4096];
      int length = client.getInputStream().read(request);
      if (length > 0) {
        talk.to(client.getOutputStream());
        client.shutdownOutput();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      // The client has had enough.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[BLOB_BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static URI uri(ServerSocket server) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void assertNothingComesOf(Talk lie) throws Exception {
    talk = lie;
    DinofsException failure = assertThrows(DinofsException.class, () -> cache.get(KEY));
    assertTrue(
        List.of(ErrorKind.CORRUPT, ErrorKind.PROTOCOL, ErrorKind.UNAVAILABLE, ErrorKind.IO)
            .contains(failure.kind()),
        failure::toString);
    try (Stream<Path> files = Files.walk(directory.resolve("cache/blobs/data"))) {
      assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void otherContentsThanTheHashSaysAreNeitherServedNorKept() throws Exception {
    String another = new String(bytes(2), ISO_8859_1);
    for (String lie :
        List.of(
            "Content-Length: 3000\r\n\r\n" + another,
            "Content-Length: 2999\r\n\r\n" + RIGHT,
            "Content-Length: 3001\r\n\r\n" + RIGHT + "x",
            "Content-Length: 3001\r\n\r\n" + RIGHT,
            "Content-Length: 0\r\n\r\n" + RIGHT,
            "Content-Length: 3000\r\nContent-Length: 2999\r\n\r\n" + RIGHT,
            "Content-Length: 3000\r\nTransfer-Encoding: chunked\r\n\r\nbb8\r\n" + another,
            "Content-Length: 99999999999\r\n\r\n" + RIGHT,
            "Content-Length: -1\r\n\r\n" + RIGHT,
            "Connection: close\r\n\r\n" + RIGHT)) {
      assertNothingComesOf(Talk.saying(OK + lie));
    }
  }

  @Test
  void aPartOfABlobIsNotTakenForIt() throws Exception {
    String partial =
        "HTTP/1.1 206 Partial Content\r\nContent-Length: 3000\r\nContent-Range: bytes ";
    for (String range : List.of("0-2999/3000", "1-3000/9000", "9-1/x")) {
      assertNothingComesOf(Talk.saying(partial + range + "\r\n\r\n" + RIGHT));
    }
  }

  @Test
  void nobodyIsSentElsewhere() throws Exception {
    for (int status : new int[] {301, 302, 303, 307, 308}) {
      String away = "HTTP/1.1 %d Away\r\nContent-Length: 0\r\nLocation: %s/x\r\n\r\n";
      assertNothingComesOf(Talk.saying(away.formatted(status, uri(other))));
    }
  }

  @Test
  void whatNeverEndsIsGivenUpInTime() throws Exception {
    byte[] drop = {'x'};
    byte[] continues = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);
    byte[] much = new byte[1 << 16];
    assertNothingComesOf(Talk.withoutEnd("HTTP/1.1 200 OK\r\nX: ", drop, 20));
    assertNothingComesOf(Talk.withoutEnd(OK + "Content-Length: 3000\r\n\r\n", drop, 20));
    assertNothingComesOf(Talk.withoutEnd("", continues, 20));
    assertNothingComesOf(Talk.withoutEnd(OK + "X: ", much, 0));
    assertNothingComesOf(Talk.withoutEnd(OK + "Content-Length: 99\r\n\r\n", much, 0));
    assertNothingComesOf(Talk.withoutEnd(OK + "Connection: close\r\n\r\n", much, 0));
    assertNothingComesOf(
        Talk.withoutEnd(
            OK + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n".getBytes(ISO_8859_1), 20));
  }

  @Test
  void aListOfBlobsIsOneOrFailsInTime() throws Exception {
    HttpCollectableStore list =
        new HttpCollectableStore(
            new HttpStoreSettings(uri(server), LIMIT, LIMIT, Duration.ZERO, 2));
    String head = OK + "Connection: close\r\n\r\n";
    for (String line :
        List.of("../../x 1 1", "volumes/x 1 1", "%2e 1 1", KEY + " x 1", KEY + " 1", " ")) {
      assertEquals(ErrorKind.PROTOCOL, failure(list, Talk.saying(head + line + "\n")), line);
    }
    assertEquals(ErrorKind.UNAVAILABLE, failure(list, Talk.withoutEnd(head, new byte[] {'x'}, 20)));
    assertEquals(
        ErrorKind.UNAVAILABLE, failure(list, Talk.withoutEnd(OK + "X: ", new byte[] {'x'}, 20)));
  }

  private ErrorKind failure(HttpCollectableStore list, Talk lie) {
    talk = lie;
    return assertThrows(
            DinofsException.class, () -> list.forEachStored(0, blob -> assertEquals(KEY, blob)))
        .kind();
  }

  @Test
  void aListWithoutEndIsNotKeptInMemory() {
    HttpCollectableStore list =
        new HttpCollectableStore(
            new HttpStoreSettings(uri(server), LIMIT, Duration.ofSeconds(30), Duration.ZERO, 2));
    String head = OK + "Connection: close\r\n\r\n";
    assertEquals(ErrorKind.PROTOCOL, failure(list, Talk.withoutEnd(head, new byte[1 << 20], 0)));
  }
}
