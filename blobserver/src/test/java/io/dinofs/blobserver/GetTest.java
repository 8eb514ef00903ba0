package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GetTest extends OneServer {
  private static final int SIZE = 100_000;

  private final byte[] blob = bytes(SIZE, 1);

  @BeforeEach
  void putTheBlob() throws IOException {
    client.put(path(blob), blob);
  }

  @Test
  void aHeadTellsTheSizeOnly() throws IOException {
    RawClient.Answer answer = client.request("HEAD", path(blob));
    assertEquals(200, answer.status());
    assertEquals("100000", answer.headers().get("content-length"));
    assertEquals("bytes", answer.headers().get("accept-ranges"));
    assertEquals(404, client.request("HEAD", path(bytes(1, 2))).status());
  }

  @ParameterizedTest
  @CsvSource({
    "0-0, 0, 1",
    "10-19, 10, 20",
    "99990-, 99990, 100000",
    "99990-200000, 99990, 100000",
    "-1, 99999, 100000",
    "-200000, 0, 100000",
    "0-99999999999999999999, 0, 100000",
    "1-60000, 1, 60001"
  })
  void aRangeIsAnsweredWithItsBytes(String range, int from, int to) throws IOException {
    RawClient.Answer answer = client.get(path(blob), "Range: bytes=" + range);
    assertEquals(206, answer.status());
    assertEquals(
        "bytes " + from + "-" + (to - 1) + "/100000", answer.headers().get("content-range"));
    assertArrayEquals(Arrays.copyOfRange(blob, from, to), answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"100000-", "100000-100001", "-0", "99999999999999999999-"})
  void aRangeOutsideOfTheBlobIsRefused(String range) throws IOException {
    RawClient.Answer answer = client.get(path(blob), "Range: bytes=" + range);
    assertEquals(416, answer.status());
    assertEquals("bytes */100000", answer.headers().get("content-range"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,5-6",
        "lines=1-2",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=1"
      })
  void aRangeThatMeansNothingHereIsIgnored(String range) throws IOException {
    RawClient.Answer answer = client.get(path(blob), "Range: " + range);
    assertEquals(200, answer.status());
    assertArrayEquals(blob, answer.body());
  }

  @Test
  void aRangeOfAHeadIsIgnored() throws IOException {
    RawClient.Answer answer = client.request("HEAD", path(blob), "Range: bytes=0-1");
    assertEquals(200, answer.status());
    assertEquals("100000", answer.headers().get("content-length"));
  }

  @Test
  void aBlobThatIsNotThereIsNotFoundAtOnce() throws IOException {
    assertEquals(404, client.get(path(bytes(9, 9))).status());
    assertEquals(404, client.get(path(bytes(9, 9)) + "?wait=0").status());
  }

  @Test
  void aBlobThatIsThereIsNotWaitedFor() throws IOException {
    assertArrayEquals(blob, client.get(path(blob) + "?wait=30").body());
  }

  @Test
  void aGetThatWaitsIsAnsweredWhenTheBlobComes() throws IOException {
    byte[] late = bytes(200_000, 3);
    try (RawClient one = server.connect();
        RawClient other = server.connect()) {
      one.send(RawClient.head("GET", path(late) + "?wait=30"));
      other.send(RawClient.head("GET", path(late) + "?wait=30", "Range: bytes=5-9"));
      await().until(() -> server.waitingGets() == 2);
      client.put(path(late), late);
      assertArrayEquals(late, one.readAnswer().body());
      assertArrayEquals(Arrays.copyOfRange(late, 5, 10), other.readAnswer().body());
    }
    assertEquals(0, server.waitingGets());
  }

  @Test
  void aGetWaitsOnWhenABodyOfItsKeyIsRefused() throws IOException {
    byte[] late = bytes(10, 3);
    try (RawClient one = server.connect()) {
      one.send(RawClient.head("GET", path(late) + "?wait=30"));
      await().until(() -> server.waitingGets() == 1);
      assertEquals(422, client.put(path(late), bytes(10, 4)).status());
      assertEquals(1, server.waitingGets());
      client.put(path(late), late);
      assertArrayEquals(late, one.readAnswer().body());
    }
  }

  @Test
  void aGetThatHasWaitedInVainIsNotFound() throws IOException {
    assertEquals(404, client.get(path(bytes(9, 9)) + "?wait=1").status());
    assertEquals(0, server.waitingGets());
    assertEquals(200, client.get(path(blob)).status());
  }

  @Test
  void aClientThatGoesAwayWaitsNoMore() throws IOException {
    RawClient one = server.connect();
    one.send(RawClient.head("GET", path(bytes(9, 9)) + "?wait=30"));
    await().until(() -> server.waitingGets() == 1);
    one.close();
    await().until(() -> server.waitingGets() == 0);
  }

  @Test
  void aRequestBehindAWaitingOneIsAnsweredAfterIt() throws IOException {
    byte[] late = bytes(9, 5);
    try (RawClient one = server.connect()) {
      one.send(RawClient.head("GET", path(late) + "?wait=30") + RawClient.head("GET", path(blob)));
      await().until(() -> server.waitingGets() == 1);
      client.put(path(late), late);
      assertArrayEquals(late, one.readAnswer().body());
      assertArrayEquals(blob, one.readAnswer().body());
    }
  }

  @Test
  void aServerThatStopsTellsThoseWhoWait() throws IOException {
    client.send(RawClient.head("GET", path(bytes(9, 9)) + "?wait=30"));
    await().until(() -> server.waitingGets() == 1);
    server.stop();
    assertEquals(503, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
    server.start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"?wait=", "?wait=-1", "?wait=x", "?wait=1.5", "?weight=1", "?"})
  void aQueryThatMeansNothingIsRefused(String query) throws IOException {
    assertEquals(400, client.get(path(blob) + query).status());
  }

  @Test
  void healthTellsTheRoomOnTheDisk() throws IOException {
    RawClient.Answer answer = client.get("/healthz");
    assertEquals(200, answer.status());
    assertEquals("application/json", answer.headers().get("content-type"));
    assertTrue(
        answer.text().matches("\\{\"totalBytes\":[1-9]\\d*,\"freeBytes\":[1-9]\\d*}\n"),
        answer.text());
    assertFalse(client.request("HEAD", "/healthz").headers().get("content-length").equals("0"));
  }
}
