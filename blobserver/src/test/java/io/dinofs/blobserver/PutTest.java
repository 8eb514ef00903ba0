package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.BlobKey;
import io.dinofs.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PutTest extends OneServer {
  private int filesBefore;

  @BeforeEach
  void countFiles() throws IOException {
    filesBefore = server.files().size();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 65_536, 262_144, 262_145, 1 << 20, (1 << 20) + 4096, 5_000_001})
  void aBlobComesBackAsItWasPut(int length) throws IOException {
    byte[] blob = bytes(length, length);
    assertEquals(201, client.put(path(blob), blob).status());
    RawClient.Answer got = client.get(path(blob));
    assertEquals(200, got.status());
    assertArrayEquals(blob, got.body());
  }

  @Test
  void theLargestBlobComesBackAsItWasPut() throws IOException {
    byte[] blob = bytes(Store.MAX_VALUE_BYTES, 1);
    assertEquals(201, client.put(path(blob), blob).status());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @Test
  void aBlobThatIsThereIsNotWrittenAgain() throws IOException {
    byte[] blob = bytes(300_000, 2);
    assertEquals(201, client.put(path(blob), blob).status());
    int files = server.files().size();
    assertEquals(200, client.put(path(blob), blob).status());
    assertEquals(files, server.files().size());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 300_000})
  void aBodyThatIsNotWhatItsKeySaysIsRefusedAndLeavesNothing(int length) throws IOException {
    byte[] other = bytes(99, 3);
    assertEquals(422, client.put(path(other), bytes(length, 4)).status());
    assertEquals(404, client.get(path(other)).status());
    assertEquals(filesBefore, server.files().size());
  }

  @Test
  void aHalfSentBodyLeavesNothing() throws IOException {
    byte[] blob = bytes(500_000, 5);
    client.sendPutHead(path(blob), blob.length);
    client.send(Arrays.copyOf(blob, 400_000));
    await().until(() -> server.files().size() > filesBefore);
    client.close();
    await().until(() -> server.files().size() == filesBefore);
    try (RawClient next = server.connect()) {
      assertEquals(404, next.get(path(blob)).status());
    }
  }

  @Test
  void aHalfSentBodyOfAResetConnectionLeavesNothing() throws IOException {
    byte[] blob = bytes(500_000, 6);
    client.sendPutHead(path(blob), blob.length);
    client.send(Arrays.copyOf(blob, 400_000));
    await().until(() -> server.files().size() > filesBefore);
    client.reset();
    await().until(() -> server.files().size() == filesBefore);
  }

  @Test
  void aBodyInChunksIsTaken() throws IOException {
    byte[] blob = "in chunks".getBytes(StandardCharsets.UTF_8);
    client.send(RawClient.head("PUT", path(blob), "Transfer-Encoding: chunked"));
    client.send("3\r\nin \r\n6\r\nchunks\r\n0\r\n\r\n");
    assertEquals(201, client.readAnswer().status());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @Test
  void aBodyInTinyChunksIsTaken() throws IOException {
    byte[] blob = new byte[100_000];
    client.send(RawClient.head("PUT", path(blob), "Transfer-Encoding: chunked"));
    client.send("1\r\n\0\r\n".repeat(blob.length) + "0\r\n\r\n");
    assertEquals(201, client.readAnswer().status());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @Test
  void aBodyInBrokenChunksIsRefusedAndLeavesNothing() throws IOException {
    client.send(RawClient.head("PUT", path(bytes(9, 7)), "Transfer-Encoding: chunked"));
    client.send("zz\r\nnonsense\r\n");
    assertEquals(400, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
    assertEquals(filesBefore, server.files().size());
  }

  @Test
  void aBodyThatSaysItIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
    client.sendPutHead(path(bytes(9, 8)), Store.MAX_VALUE_BYTES + 1L);
    assertEquals(413, client.readAnswer().status());
    assertTrue(client.isClosedByServer());
    assertEquals(filesBefore, server.files().size());
  }

  @Test
  void aBodyInChunksThatGrowsTooLargeIsRefusedAndLeavesNothing() throws IOException {
    int chunk = 1 << 20;
    client.send(RawClient.head("PUT", path(bytes(9, 9)), "Transfer-Encoding: chunked"));
    for (int i = 0; i < Store.MAX_VALUE_BYTES / chunk; i++) {
      client.send(Integer.toHexString(chunk) + "\r\n");
      client.send(new byte[chunk]);
      client.send("\r\n");
    }
    client.send("1\r\nx\r\n");
    assertEquals(413, client.readAnswer().status());
    await().until(() -> server.files().size() == filesBefore);
  }

  @Test
  void aClientThatAsksFirstIsToldToSend() throws IOException {
    byte[] blob = bytes(1000, 10);
    client.sendPutHead(path(blob), blob.length, "Expect: 100-continue");
    assertEquals(100, client.readAnswer().status());
    client.send(blob);
    assertEquals(201, client.readAnswer().status());
    assertArrayEquals(blob, client.get(path(blob)).body());
  }

  @Test
  void aClientThatAsksFirstIsSparedABlobThatIsThere() throws IOException {
    byte[] blob = bytes(1000, 11);
    client.put(path(blob), blob);
    client.sendPutHead(path(blob), blob.length, "Expect: 100-continue");
    RawClient.Answer answer = client.readAnswer();
    assertEquals(200, answer.status());
    assertEquals("close", answer.headers().get("connection"));
    assertTrue(client.isClosedByServer());
  }

  @Test
  void manyPutsOfOneKeyAtOnceAllSucceed() throws Exception {
    byte[] blob = bytes(200_000, 12);
    int clients = 100;
    CountDownLatch ready = new CountDownLatch(clients);
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    List<Future<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      answers.add(
          threads.submit(
              () -> {
                try (RawClient one = server.connect()) {
                  ready.countDown();
                  ready.await();
                  return one.put(path(blob), blob).status();
                }
              }));
    }
    for (Future<Integer> answer : answers) {
      assertEquals(2, answer.get() / 100);
    }
    threads.shutdown();
    assertArrayEquals(blob, client.get(path(blob)).body());
    assertEquals(filesBefore + 1, server.files().size());
  }

  @Test
  void whatWasPutIsThereAfterARestart() throws IOException {
    byte[] blob = bytes(70_000, 13);
    client.put(path(blob), blob);
    server.stop();
    server.start();
    try (RawClient next = server.connect()) {
      assertArrayEquals(blob, next.get(path(blob)).body());
    }
  }

  @Test
  void aRequestBehindABodyIsAnsweredAfterIt() throws IOException {
    byte[] blob = bytes(150_000, 14);
    client.sendPutHead(path(blob), blob.length);
    client.send(blob);
    client.send(RawClient.head("GET", path(blob)) + RawClient.head("HEAD", path(blob)));
    assertEquals(201, client.readAnswer().status());
    assertArrayEquals(blob, client.readAnswer().body());
    assertEquals("150000", client.readAnswer(true).headers().get("content-length"));
    assertEquals(BlobKey.HEX_DIGITS + 1, path(blob).length());
  }
}
