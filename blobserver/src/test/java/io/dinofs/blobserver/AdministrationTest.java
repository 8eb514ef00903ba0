package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.store.CollectableStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing and deleting blobs, and the list of volumes. */
final class AdministrationTest {
  private static final String VOLUME = "0f8fad5b-d9cb-469f-a165-70867728950e";

  @TempDir private Path directory;
  private ServerFixture server;
  private RawClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ServerFixture(directory, ServerFixture.settings());
    client = server.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void thePartsTellEveryBlobWithItsSizeAndAge() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] blob = bytes(i, i);
      assertEquals(201, client.put(path(blob), blob).status());
      age(blob, Duration.ofHours(1));
      expected.add(path(blob).substring(1) + " " + i + " 3600");
    }
    List<String> told = new ArrayList<>();
    for (int part = 0; part < CollectableStore.PARTS; part++) {
      RawClient.Answer answer = client.get("/blobs/" + part);
      assertEquals(200, answer.status());
      answer.text().lines().map(line -> line.replaceAll(" 36\\d\\d$", " 3600")).forEach(told::add);
    }
    assertEquals(expected.stream().sorted().toList(), told.stream().sorted().toList());
  }

  @Test
  void onlyABlobThatIsOldEnoughIsDeleted() throws IOException {
    byte[] blob = bytes(100, 1);
    client.put(path(blob), blob);
    assertEquals(409, client.request("DELETE", path(blob) + "?older=60").status());
    assertEquals(200, client.get(path(blob)).status());
    age(blob, Duration.ofSeconds(61));
    assertEquals(204, client.request("DELETE", path(blob) + "?older=60").status());
    assertEquals(404, client.get(path(blob)).status());
    assertEquals(404, client.request("DELETE", path(blob) + "?older=60").status());
  }

  @Test
  void aBlobThatIsPutAgainIsYoungAgain() throws IOException {
    byte[] blob = bytes(100, 1);
    client.put(path(blob), blob);
    age(blob, Duration.ofDays(30));
    assertEquals(200, client.put(path(blob), blob).status());
    assertEquals(409, client.request("DELETE", path(blob) + "?older=60").status());
    age(blob, Duration.ofDays(30));
    RawClient.Answer present = expectContinue(blob);
    assertEquals(200, present.status());
    client = server.connect();
    assertEquals(409, client.request("DELETE", path(blob) + "?older=60").status());
  }

  @Test
  void readingABlobDoesNotMakeItYoung() throws IOException {
    byte[] blob = bytes(100, 1);
    client.put(path(blob), blob);
    age(blob, Duration.ofDays(30));
    assertEquals(200, client.get(path(blob)).status());
    assertEquals(200, client.request("HEAD", path(blob)).status());
    assertEquals(204, client.request("DELETE", path(blob) + "?older=60").status());
  }

  @Test
  void aBlobWhoseTimeIsInTheFutureIsYoung() throws IOException {
    byte[] blob = bytes(100, 1);
    client.put(path(blob), blob);
    age(blob, Duration.ofDays(-30));
    assertEquals(409, client.request("DELETE", path(blob) + "?older=60").status());
  }

  @Test
  void deletionsThatDoNotSayHowOldAreRefused() throws IOException {
    byte[] blob = bytes(100, 1);
    client.put(path(blob), blob);
    assertEquals(405, client.request("DELETE", path(blob)).status());
    assertEquals(400, client.request("DELETE", path(blob) + "?older=").status());
    assertEquals(400, client.request("DELETE", path(blob) + "?older=-1").status());
    assertEquals(400, client.request("DELETE", path(blob) + "?older=99999999999").status());
    assertEquals(405, client.request("DELETE", path(blob) + "?wait=1").status());
    assertEquals(200, client.get(path(blob)).status());
  }

  @Test
  void partsThatDoNotExistAreNotFound() throws IOException {
    for (String part : List.of("256", "-1", "", "x", "0001", "../0")) {
      assertEquals(404, client.get("/blobs/" + part).status());
    }
    assertEquals(405, client.request("DELETE", "/blobs/1").status());
  }

  @Test
  void volumesAreRememberedOverARestart() throws IOException {
    assertEquals("", client.get("/volumes").text());
    assertEquals(204, client.request("PUT", "/volumes/" + VOLUME).status());
    assertEquals(204, client.request("PUT", "/volumes/" + VOLUME).status());
    client.close();
    server.stop();
    server.start();
    client = server.connect();
    assertEquals(VOLUME + "\n", client.get("/volumes").text());
    assertEquals(204, client.request("DELETE", "/volumes/" + VOLUME).status());
    assertEquals(404, client.request("DELETE", "/volumes/" + VOLUME).status());
    assertEquals("", client.get("/volumes").text());
  }

  @Test
  void whatIsNoVolumeIsNotFound() throws IOException {
    for (String name : List.of("", "x", "../x", VOLUME.toUpperCase(Locale.ROOT), "1-2-3-4-5")) {
      assertEquals(404, client.request("PUT", "/volumes/" + name).status());
    }
    assertTrue(client.get("/volumes").text().isEmpty());
  }

  private RawClient.Answer expectContinue(byte[] blob) throws IOException {
    client.sendPutHead(path(blob), blob.length, "Expect: 100-continue");
    return client.readAnswer();
  }

  /** Makes a blob look as if it had been put so long ago. */
  private void age(byte[] blob, Duration age) throws IOException {
    String name = path(blob).substring(1);
    for (Path file : server.files()) {
      if (file.getFileName().toString().equals(name)) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
        return;
      }
    }
    throw new IOException("there is no file " + name);
  }
}
