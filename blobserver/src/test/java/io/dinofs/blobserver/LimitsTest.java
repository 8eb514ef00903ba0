package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.limit.NodeLimits;
import io.dinofs.model.DinofsException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With limits of some hundred milliseconds, three connections, and one waiting GET. */
final class LimitsTest {
  @TempDir Path directory;
  private ServerFixture server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerFixture(directory, ServerFixture.impatient());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aConnectionWithoutARequestIsClosed() throws IOException {
    try (RawClient silent = server.connect();
        RawClient used = server.connect()) {
      used.get("/healthz");
      assertTrue(silent.isClosedByServer());
      assertTrue(used.isClosedByServer());
    }
  }

  @Test
  void aHeadThatIsNotCompletedInTimeIsGivenUp() throws IOException {
    try (RawClient slow = server.connect()) {
      slow.send("GET /healthz HTTP/1.1\r\n");
      assertEquals(408, slow.readAnswer().status());
      assertTrue(slow.isClosedByServer());
    }
  }

  @Test
  void aBodyThatDoesNotMoveIsGivenUpAndLeavesNothing() throws IOException {
    int files = server.files().size();
    try (RawClient slow = server.connect()) {
      byte[] blob = bytes(500_000, 1);
      slow.sendPutHead(path(blob), blob.length);
      slow.send(Arrays.copyOf(blob, 300_000));
      assertEquals(408, slow.readAnswer().status());
      assertTrue(slow.isClosedByServer());
    }
    await().until(() -> server.files().size() == files);
  }

  @Test
  void aClientThatDoesNotReadItsAnswerIsCutOff() throws IOException {
    byte[] blob = bytes(30_000_000, 2);
    try (RawClient client = server.connect()) {
      assertEquals(201, client.put(path(blob), blob).status());
      client.send(RawClient.head("GET", path(blob)));
      await().until(() -> server.connections() == 0);
      assertThrows(IOException.class, client::readAnswer);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreTurnedAway() throws IOException {
    try (RawClient one = server.connect();
        RawClient two = server.connect();
        RawClient three = server.connect()) {
      assertEquals(200, one.get("/healthz").status());
      assertEquals(200, two.get("/healthz").status());
      assertEquals(200, three.get("/healthz").status());
      try (RawClient four = server.connect()) {
        assertEquals(503, four.readAnswer().status());
        assertTrue(four.isClosedByServer());
      }
      assertEquals(200, one.get("/healthz").status());
    }
    await().until(() -> server.connections() == 0);
    try (RawClient five = server.connect()) {
      assertEquals(200, five.get("/healthz").status());
    }
  }

  @Test
  void waitingGetsBeyondTheLimitAreTurnedAway() throws IOException {
    String missing = path(bytes(9, 9)) + "?wait=30";
    try (RawClient one = server.connect();
        RawClient two = server.connect()) {
      one.send(RawClient.head("GET", missing));
      await().until(() -> server.waitingGets() == 1);
      assertEquals(503, two.get(missing).status());
    }
  }

  @Test
  void anAddressThatIsTakenIsToldSo() throws IOException {
    DinofsException refused =
        assertThrows(
            DinofsException.class,
            () -> new ServerFixture(directory.resolve("other"), server.sameAddress()));
    assertTrue(refused.getMessage().startsWith("cannot listen on "), refused.getMessage());
  }

  @Test
  void aBodyThatComesInDropsIsGivenUp() throws IOException {
    try (RawClient slow = server.connect()) {
      byte[] blob = bytes(500_000, 7);
      slow.sendPutHead(path(blob), blob.length);
      AtomicInteger sent = new AtomicInteger();
      await()
          .until(
              () -> {
                slow.send(new byte[] {blob[sent.getAndIncrement()]});
                return slow.hasAnswer();
              });
      assertEquals(408, slow.readAnswer().status());
      assertTrue(sent.get() < blob.length);
    }
  }

  @Test
  void oneAddressHasNoMoreConnectionsThanItMay() throws IOException {
    BlobServerSettings two =
        ServerFixture.settings().withPerNode(new NodeLimits(2, 20, Long.MAX_VALUE));
    try (ServerFixture limited = new ServerFixture(directory.resolve("limited"), two);
        RawClient first = limited.connect();
        RawClient second = limited.connect();
        RawClient third = limited.connect()) {
      assertEquals(503, third.readAnswer().status());
      assertEquals(200, second.get("/healthz").status());
      long start = System.nanoTime();
      for (int i = 0; i < 30; i++) {
        assertEquals(200, first.get("/healthz").status());
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertTrue(millis > 300, "11 requests too many took " + millis + " ms");
    }
  }
}
