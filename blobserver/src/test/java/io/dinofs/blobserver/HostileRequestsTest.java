package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dinofs.model.Fuzz;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Requests that no client sends: none may hurt another one's, or surprise the server. */
final class HostileRequestsTest {
  private static final int ROUNDS = 400;
  private static final byte[] BLOB = bytes(3000, 1);
  private static final byte[] OTHER = bytes(200, 2);

  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(HostileRequestsTest.class.getPackageName());

  /** Requests that a client could send, some of them several on a connection. */
  private static List<byte[]> requests() {
    String get =
        RawClient.head("GET", path(BLOB), "Range: bytes=5-20", "Authorization: Bearer node~x");
    String volume = "/volumes/0188a9d0-1111-4222-8333-444455556666";
    return List.of(
        (get + RawClient.head("HEAD", path(BLOB)) + get).getBytes(ISO_8859_1),
        withBody("Content-Length: " + OTHER.length, OTHER),
        withBody("Transfer-Encoding: chunked", chunked()),
        RawClient.head("GET", path(OTHER) + "?wait=1").getBytes(ISO_8859_1),
        RawClient.head("PUT", volume, "Content-Length: 0").getBytes(ISO_8859_1),
        RawClient.head("GET", "/metrics", "Expect: 100-continue").getBytes(ISO_8859_1));
  }

  private static byte[] chunked() {
    String start = Integer.toHexString(OTHER.length) + "\r\n";
    return (start + new String(OTHER, ISO_8859_1) + "\r\n0\r\n\r\n").getBytes(ISO_8859_1);
  }

  private static byte[] withBody(String header, byte[] body) {
    String head = RawClient.head("PUT", path(OTHER), header);
    return (head + new String(body, ISO_8859_1)).getBytes(ISO_8859_1);
  }

  @Test
  void whateverIsSentTheServerServesOthers(@TempDir Path directory) throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    LOG.addAppender(logged);
    try (ServerFixture server = new ServerFixture(directory, ServerFixture.impatient())) {
      try (RawClient client = server.connect()) {
        assertEquals(201, client.put(path(BLOB), BLOB).status());
      }
      Fuzz.drive(ROUNDS, requests(), (input, hint) -> send(server, input, hint));
      try (RawClient client = server.connect()) {
        assertArrayEquals(BLOB, client.get(path(BLOB)).body());
        int status = client.get(path(OTHER)).status();
        assertTrue(status == 200 || status == 404);
      }
    } finally {
      LOG.detachAppender(logged);
    }
    assertEquals(
        List.of(), logged.list.stream().filter(it -> it.getLevel() == Level.ERROR).toList());
  }

  private static void send(ServerFixture server, byte[] input, String hint) throws IOException {
    try (RawClient client = server.connect()) {
      client.send(input);
      String answer = client.readRest();
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 "), hint + ": " + answer);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the server neither answers nor ends " + hint, e);
    } catch (SocketException e) {
      // It has ended the connection while this side was still sending.
    }
  }
}
