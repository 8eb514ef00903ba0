package io.dinofs.remote.blob;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Access;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.store.BlobStore;
import io.dinofs.store.FileReceiver;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import io.dinofs.store.StoreContract;
import io.dinofs.store.blob.ContentAddressedStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpStoreTest extends StoreContract {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path directory;
  private RunningBlobServer server;

  @Override
  protected Store open() throws Exception {
    server = RunningBlobServer.start(directory);
    return reopen().orElseThrow();
  }

  @Override
  protected Optional<Store> reopen() {
    return Optional.of(store(Duration.ZERO));
  }

  private HttpStore store(Duration waitForBlob) {
    return new HttpStore(new HttpStoreSettings(server.uri(), LIMIT, LIMIT, waitForBlob, 3));
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
  }

  @Override
  protected Key key(int number) {
    return Key.ofBlob(BlobKey.of(value(number).asBuffer()));
  }

  @Override
  protected boolean takesAnyKeyAndValue() {
    return false;
  }

  @Test
  void blobsOfAnySizeComeBackAsTheyWerePut() throws Exception {
    for (int length : new int[] {0, 1, 70_000, 1 << 20, Store.MAX_VALUE_BYTES}) {
      byte[] bytes = new byte[length];
      new Random(length).nextBytes(bytes);
      Bytes blob = Bytes.wrap(bytes);
      Key key = Key.ofBlob(BlobKey.of(blob.asBuffer()));
      store.put(key, blob);
      assertEquals(Optional.of(blob), store.get(key));
    }
  }

  @Test
  void blobsOfAnySizeArePutFromFiles(@TempDir Path local) throws Exception {
    try (DiskStore files = DiskStore.open(local, Durability.PROCESS_CRASH_ONLY)) {
      for (int length : new int[] {0, 1, 70_000, 1 << 20, Store.MAX_VALUE_BYTES}) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        Bytes blob = Bytes.wrap(bytes);
        Key key = Key.ofBlob(BlobKey.of(blob.asBuffer()));
        files.put(key, blob);
        assertTrue(receiver().putFrom(files, key));
        assertEquals(Optional.of(blob), store.get(key));
        assertTrue(receiver().putFrom(files, key));
      }
    }
  }

  @Test
  void aFileThatIsNotThereIsNotPut(@TempDir Path local) throws Exception {
    try (DiskStore files = DiskStore.open(local, Durability.PROCESS_CRASH_ONLY)) {
      assertFalse(receiver().putFrom(files, key(1)));
      assertEquals(Optional.empty(), store.get(key(1)));
      files.put(key(1), value(2));
      assertFails(ErrorKind.CORRUPT, () -> receiver().putFrom(files, key(1)));
      server.stop();
      files.put(key(1), value(1));
      assertFails(ErrorKind.UNAVAILABLE, () -> receiver().putFrom(files, key(1)));
      server.start();
      assertTrue(receiver().putFrom(files, key(1)));
    }
  }

  private FileReceiver receiver() {
    return (FileReceiver) store;
  }

  @Test
  void manyThreadsPutAndGetAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        int first = thread * 100;
        all.add(
            threads.submit(
                () -> {
                  for (int i = first; i < first + 30; i++) {
                    store.put(key(i), value(i));
                    assertEquals(Optional.of(value(i)), store.get(key(i)));
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aCallThatHasBegunEndsAsItWouldHaveWhenTheStoreIsClosed() throws Exception {
    HttpStore patient = store(Duration.ofSeconds(20));
    FutureTask<Optional<Bytes>> late = new FutureTask<>(() -> patient.get(key(1)));
    Thread reader = new Thread(late);
    reader.start();
    await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
    patient.close();
    store.put(key(1), value(1));
    assertEquals(Optional.of(value(1)), late.get());
    assertFails(ErrorKind.CLOSED, () -> patient.get(key(1)));
  }

  @Test
  void aKeyThatIsNoBlobsIsRefused() {
    assertFails(ErrorKind.INVALID, () -> store.put(Key.of("x"), Bytes.EMPTY));
    assertFails(ErrorKind.INVALID, () -> store.get(Key.of("../" + "a".repeat(61))));
  }

  @Test
  void aValueThatIsNotWhatItsKeySaysIsCorrupt() throws Exception {
    assertFails(ErrorKind.CORRUPT, () -> store.put(key(1), value(2)));
    assertEquals(Optional.empty(), store.get(key(1)));
  }

  @Test
  void aBlobThatIsUnderWayIsWaitedFor() throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try (HttpStore patient = store(Duration.ofSeconds(20))) {
      Future<Optional<Bytes>> late = reader.submit(() -> patient.get(key(1)));
      store.put(key(1), value(1));
      assertEquals(Optional.of(value(1)), late.get());
    } finally {
      reader.shutdownNow();
    }
  }

  @Test
  void aBlobThatDoesNotComeIsAbsentInTheEnd() throws Exception {
    try (HttpStore patient = store(Duration.ofSeconds(1))) {
      assertEquals(Optional.empty(), patient.get(key(1)));
    }
  }

  @Test
  void aThreadThatIsInterruptedWhileItWaitsIsToldSo() throws Exception {
    try (HttpStore patient = store(Duration.ofSeconds(20))) {
      List<ErrorKind> kinds = new ArrayList<>();
      Thread reader =
          new Thread(
              () -> {
                DinofsException failure =
                    assertThrows(DinofsException.class, () -> patient.get(key(1)));
                kinds.add(failure.kind());
                assertTrue(Thread.currentThread().isInterrupted());
                kinds.add(failure.kind());
              });
      reader.start();
      await().until(() -> reader.getState() != Thread.State.RUNNABLE);
      reader.interrupt();
      reader.join();
      assertEquals(List.of(ErrorKind.INTERRUPTED, ErrorKind.INTERRUPTED), kinds);
    }
  }

  @Test
  void aServerThatIsAwayIsUnavailableAndComesBack() throws Exception {
    store.put(key(1), value(1));
    server.stop();
    assertFails(ErrorKind.UNAVAILABLE, () -> store.get(key(1)));
    assertFails(ErrorKind.UNAVAILABLE, () -> store.put(key(2), value(2)));
    server.start();
    assertEquals(Optional.of(value(1)), store.get(key(1)));
    store.put(key(2), value(2));
  }

  @Test
  void aServerThatSaysNothingIsUnavailableAfterTheLimit() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      Duration limit = Duration.ofMillis(300);
      HttpStore impatient =
          new HttpStore(new HttpStoreSettings(uri(silent), limit, limit, Duration.ZERO, 3));
      assertFails(ErrorKind.UNAVAILABLE, () -> impatient.get(key(1)));
      assertFails(ErrorKind.UNAVAILABLE, () -> impatient.room());
    }
  }

  @Test
  void otherAnswersThanABlobServersAreFailures() throws Exception {
    String tooLong = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n";
    assertEquals(ErrorKind.PROTOCOL, failureOn(tooLong).kind());
    assertEquals(
        ErrorKind.PROTOCOL, failureOn("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx").kind());
    assertEquals(ErrorKind.NO_SPACE, failureOn(withoutBody("507 Insufficient Storage")).kind());
    assertEquals(ErrorKind.UNAVAILABLE, failureOn(withoutBody("503 Service Unavailable")).kind());
    assertEquals(ErrorKind.IO, failureOn(withoutBody("500 Internal Server Error")).kind());
    assertEquals(ErrorKind.IO, failureOn(withoutBody("302 Found")).kind());
    String early = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx";
    assertEquals(ErrorKind.UNAVAILABLE, failureOn(early).kind());
    assertEquals(ErrorKind.UNAVAILABLE, failureOn("SSH-2.0-OpenSSH\r\n").kind());
    assertEquals(ErrorKind.UNAVAILABLE, failureOn("").kind());
  }

  private static String withoutBody(String status) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
  }

  /** What a get comes to if every connection is answered so and closed. */
  private DinofsException failureOn(String answer) throws IOException {
    try (ServerSocket strange = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        HttpStore asking =
            new HttpStore(new HttpStoreSettings(uri(strange), LIMIT, LIMIT, Duration.ZERO, 2))) {
      Thread serving =
          new Thread(() -> answerAll(strange, () -> answer.getBytes(StandardCharsets.US_ASCII)));
      serving.setDaemon(true);
      serving.start();
      return assertThrows(DinofsException.class, () -> asking.get(key(1)), answer);
    }
  }

  @Test
  void whateverAServerAnswersAGetIsRightOrFails() throws Exception {
    byte[] value = value(1).toArray();
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + value.length + "\r\n\r\n";
    String plain = head + new String(value, StandardCharsets.ISO_8859_1);
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(value.length)
            + "\r\n"
            + new String(value, StandardCharsets.ISO_8859_1)
            + "\r\n0\r\n\r\n";
    List<byte[]> valid =
        List.of(
            plain.getBytes(StandardCharsets.ISO_8859_1),
            chunked.getBytes(StandardCharsets.ISO_8859_1),
            withoutBody("404 Not Found").getBytes(StandardCharsets.ISO_8859_1));
    AtomicReference<byte[]> answer = new AtomicReference<>();
    try (ServerSocket strange = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        BlobStore asking =
            new ContentAddressedStore(
                new HttpStore(
                    new HttpStoreSettings(uri(strange), LIMIT, LIMIT, Duration.ZERO, 2)))) {
      Thread serving = new Thread(() -> answerAll(strange, answer::get));
      serving.setDaemon(true);
      serving.start();
      Fuzz.drive(
          300,
          valid,
          (input, hint) -> {
            answer.set(input);
            try {
              assertEquals(value(1), asking.get(BlobKey.of(value(1).asBuffer())), hint);
            } catch (DinofsException e) {
              assertFalse(e.getMessage().isEmpty(), hint);
            }
          });
    }
  }

  private static void answerAll(ServerSocket server, Supplier<byte[]> answer) {
    while (true) {
      try (Socket client = server.accept()) {
        int head = 0;
        while (head >= 0 && client.getInputStream().available() == 0) {
          head = client.getInputStream().read();
        }
        client.getInputStream().skipNBytes(client.getInputStream().available());
        client.getOutputStream().write(answer.get());
        client.shutdownOutput();
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  private static URI uri(ServerSocket server) {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  @Test
  void onlyAnAddressOfAServerIsTaken() {
    for (String wrong :
        new String[] {
          "https://x:1", "http://x:1/path", "http://x:1?q", "http://u@x:1", "x:1", "x"
        }) {
      assertThrows(
          IllegalArgumentException.class,
          () -> HttpStoreSettings.of(URI.create(wrong), Access.NONE, LIMIT),
          wrong);
    }
    assertEquals(
        "x",
        HttpStoreSettings.of(URI.create("http://x:1/"), Access.NONE, LIMIT).server().getHost());
  }
}
