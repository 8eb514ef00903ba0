package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProtocolTest extends OneServer {
  private final byte[] blob = bytes(5000, 1);

  @BeforeEach
  void putTheBlob() throws IOException {
    client.put(path(blob), blob);
  }

  @Test
  void nothingButAKeyReachesTheDisk() throws IOException {
    Files.writeString(directory.resolve("secret"), "secret");
    Files.writeString(directory.resolve("data/secret"), "secret");
    String key = path(blob).substring(1);
    for (String target :
        new String[] {
          "/",
          "/secret",
          "/../secret",
          "/%2e%2e/secret",
          "//secret",
          "/./" + key,
          "//" + key,
          "/" + key + "/",
          "/" + key + "/../secret",
          "/" + key.toUpperCase(Locale.ROOT),
          "/" + key.substring(1),
          "/" + key + "0",
          "/" + key.substring(1) + "/",
          "/" + key.substring(3) + "%30",
          "/" + key.substring(1) + "\u00e9",
          "*",
          "/" + ".".repeat(64),
          "/" + "g".repeat(64),
          "/metadata",
          "/..%2fsecret",
          "/%252e%252e/secret",
          "/%c0%ae%c0%ae/secret",
          "/..\\secret",
          "/secret%00",
          "/secret%00" + key,
          "/" + key + "%00",
          "/" + key + "#../secret",
          "/" + key + ";/../secret",
          "file:///secret",
          "http://x/../secret",
          "http://x//" + key,
          directory.resolve("secret").toString()
        }) {
      assertEquals(404, client.get(target).status(), target);
    }
    assertEquals(404, client.request("DELETE", "/secret").status());
  }

  @Test
  void aTargetMayNameTheServer() throws IOException {
    assertArrayEquals(blob, client.get("http://elsewhere:1" + path(blob)).body());
    assertEquals(404, client.get("http://elsewhere").status());
  }

  @Test
  void otherMethodsAreNotAllowed() throws IOException {
    RawClient.Answer answer = client.request("DELETE", path(blob));
    assertEquals(405, answer.status());
    assertEquals("GET, HEAD, PUT", answer.headers().get("allow"));
    assertEquals(405, client.request("PATCH", path(blob)).status());
    assertEquals(405, client.request("PUT", "/healthz").status());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @Test
  void manyRequestsSentAtOnceAreAnsweredInOrder() throws IOException {
    int times = 2000;
    String three =
        RawClient.head("GET", "/nothing")
            + RawClient.head("HEAD", path(blob))
            + RawClient.head("GET", path(blob), "Range: bytes=7-8");
    Thread sender =
        new Thread(
            () -> {
              try {
                client.send(three.repeat(times));
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    sender.start();
    for (int i = 0; i < times; i++) {
      assertEquals(404, client.readAnswer().status());
      assertEquals(200, client.readAnswer(true).status());
      assertArrayEquals(new byte[] {blob[7], blob[8]}, client.readAnswer().body());
    }
  }

  @Test
  void aConnectionIsKeptUnlessTheClientSaysOtherwise() throws IOException {
    assertEquals("close", client.get(path(blob), "Connection: close").headers().get("connection"));
    assertTrue(client.isClosedByServer());
    try (RawClient old = server.connect()) {
      old.send("GET " + path(blob) + " HTTP/1.0\r\n\r\n");
      assertArrayEquals(blob, old.readAnswer().body());
      assertTrue(old.isClosedByServer());
    }
    try (RawClient old = server.connect()) {
      String request = "GET " + path(blob) + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
      old.send(request);
      assertEquals("keep-alive", old.readAnswer().headers().get("connection"));
      old.send(request);
      assertArrayEquals(blob, old.readAnswer().body());
    }
  }

  @Test
  void aHeadThatCanBeReadInTwoWaysIsRefused() throws IOException {
    for (String headers :
        new String[] {
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5, 6\r\n",
          "Content-Length: +5\r\n",
          "Content-Length: -5\r\n",
          "Content-Length: 0x5\r\n",
          "Content-Length: 99999999999999999999\r\n",
          "Content-Length : 5\r\n",
          "Bad Header: x\r\n",
          "no colon\r\n",
          "X: a\0b\r\n",
          "X: a\r\n b: c\r\n",
          "X: a\rContent-Length: 5\r\n",
          "X: a\nContent-Length: 5\r\n",
          " Content-Length: 5\r\n",
          "\tContent-Length: 5\r\n",
          "Content-Length: 5\r\nContent-Length: 5, 5\r\n",
          "Content-Length: \r\n",
          "Content-Length: 5 6\r\n",
          "Content-Length: 5\u000b\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
          "Transfer-Encoding: identity, chunked\r\n",
          "Transfer-Encoding: chunked, chunked\r\n",
          "Transfer-Encoding: \u000bchunked\r\n",
          "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding : chunked\r\n",
          "Transfer-Encoding: chunked, identity\r\n"
        }) {
      try (RawClient strange = server.connect()) {
        strange.send("PUT " + path(blob) + " HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n");
        assertTrue(List.of(400, 501).contains(strange.readAnswer().status()), headers);
        assertTrue(strange.isClosedByServer());
      }
    }
  }

  @Test
  void chunksThatCanBeReadInTwoWaysHideNoRequest() throws IOException {
    for (String chunks :
        new String[] {
          "-1\r\nx\r\n0\r\n\r\n",
          "+1\r\nx\r\n0\r\n\r\n",
          "0x1\r\nx\r\n0\r\n\r\n",
          "1 1\r\nx\r\n0\r\n\r\n",
          "\r\nx\r\n0\r\n\r\n",
          "80000000\r\nx\r\n0\r\n\r\n",
          "fffffffffffffffff1\r\nx\r\n0\r\n\r\n",
          "1\nx\r\n0\r\n\r\n",
          "1\r\nxy\r\n0\r\n\r\n",
          "1\r\nx0\r\n\r\n",
          "1;\n\r\nx\r\n0\r\n\r\n",
          "1\rX\r\nx\r\n0\r\n\r\n"
        }) {
      try (RawClient strange = server.connect()) {
        strange.send(RawClient.head("PUT", path(new byte[] {'x'}), "Transfer-Encoding: chunked"));
        strange.send(chunks + RawClient.head("GET", path(blob)));
        assertEquals(400, strange.readAnswer().status(), chunks);
        assertTrue(strange.isClosedByServer());
      }
    }
  }

  @Test
  void aFoldedLineIsSeenHoweverItComes() throws IOException {
    String request = RawClient.head("GET", path(blob), "X: a\r\n\tb");
    for (int cut = 1; cut < request.length(); cut += 3) {
      try (RawClient slow = server.connect()) {
        slow.send("\r\n" + request.substring(0, cut));
        slow.send(request.substring(cut));
        assertEquals(400, slow.readAnswer().status());
        assertTrue(slow.isClosedByServer());
      }
    }
    byte[] lines = "\r\n a\r\n\r\n b".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(201, client.put(path(lines), lines).status());
    assertArrayEquals(lines, client.get(path(lines)).body());
  }

  @Test
  void aRequestInABodyIsNotAnswered() throws IOException {
    String hidden = RawClient.head("GET", path(blob));
    byte[] body = hidden.getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(201, client.put(path(body), body).status());
    client.send(
        "GET " + path(blob) + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
    assertEquals(400, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
  }

  @Test
  void otherTransferCodingsAreRefused() throws IOException {
    client.send(RawClient.head("PUT", path(blob), "Transfer-Encoding: gzip, chunked"));
    assertTrue(client.readAnswer().status() >= 400);
    assertTrue(client.isClosedByServer());
  }

  @Test
  void aBodyWhereNoneBelongsIsRefused() throws IOException {
    client.send(RawClient.head("GET", path(blob), "Content-Length: 5") + "12345");
    assertEquals(400, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
  }

  @Test
  void aRequestWithoutExactlyOneHostIsRefused() throws IOException {
    client.send("GET " + path(blob) + " HTTP/1.1\r\n\r\n");
    assertEquals(400, client.readAnswer().status());
    assertEquals(400, client.get(path(blob), "Host: again").status());
  }

  @Test
  void otherExpectationsAreRefused() throws IOException {
    assertEquals(417, client.get(path(blob), "Expect: 200-ok").status());
  }

  @Test
  void otherVersionsAreRefused() throws IOException {
    client.send("GET " + path(blob) + " HTTP/2.0\r\nHost: test\r\n\r\n");
    assertEquals(505, client.readAnswer().status());
  }

  @Test
  void aLineWithoutEndIsRefused() throws IOException {
    client.send("GET /" + "a".repeat(StrictRequestDecoder.MAX_LINE_BYTES) + " HTTP/1.1\r\n\r\n");
    assertEquals(414, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
  }

  @Test
  void aHeadWithoutEndIsRefused() throws IOException {
    client.send(
        "GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(StrictRequestDecoder.MAX_HEAD_BYTES / 4 + 1));
    assertEquals(431, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
  }

  @Test
  void garbageIsRefused() throws IOException {
    for (String garbage :
        new String[] {
          "hello\r\n\r\n", "\u0016\u0003\u0001\u0002\0\1\0\n\r\n\r\n", "\0\0\0\n\n\n"
        }) {
      try (RawClient strange = server.connect()) {
        strange.send(garbage);
        assertEquals(400, strange.readAnswer().status());
        assertTrue(strange.isClosedByServer());
      }
    }
    assertArrayEquals(blob, client.get(path(blob)).body());
  }
}
