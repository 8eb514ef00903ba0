package io.dinofs.blobserver;

import static io.dinofs.blobserver.ServerFixture.bytes;
import static io.dinofs.blobserver.ServerFixture.path;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import io.dinofs.access.TokenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is served, and with what, where tokens are needed. */
final class TokensTest {
  @TempDir Path directory;
  private TokenFile tokens;
  private Secret node;
  private Secret reader;
  private Secret admin;
  private ServerFixture server;

  @BeforeEach
  void start() throws IOException {
    tokens = new TokenFile(directory.resolve("tokens"));
    node = tokens.add("node1", Role.NODE);
    reader = tokens.add("reader", Role.READ_ONLY);
    admin = tokens.add("admin", Role.ADMIN);
    server =
        new ServerFixture(directory.resolve("data"), ServerFixture.settings(), Optional.of(tokens));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static String shown(Secret token) {
    return "Authorization: Bearer " + token.reveal();
  }

  private int status(String method, String target, String... headers) throws IOException {
    try (RawClient client = server.connect()) {
      return client.request(method, target, headers).status();
    }
  }

  @Test
  void whoShowsNoTokenOrAWrongOneIsToldNothing() throws IOException {
    byte[] blob = bytes(100, 1);
    for (String target : List.of("/healthz", "/metrics", "/volumes", "/blobs/0", path(blob))) {
      assertEquals(401, status("GET", target), target);
    }
    try (RawClient client = server.connect()) {
      RawClient.Answer answer = client.put(path(blob), blob);
      assertEquals(401, answer.status());
      assertEquals("Bearer", answer.headers().get("www-authenticate"));
      assertTrue(client.isClosedByServer());
    }
    assertEquals(401, status("GET", "/healthz", "Authorization: Basic eDp5"));
    assertEquals(401, status("GET", "/healthz", shown(node), shown(node)));
    Secret ofAnotherVolume = Secret.random("node1");
    assertEquals(401, status("GET", "/healthz", shown(ofAnotherVolume)));
    assertEquals(503, status("GET", "/healthz", shown(node)), "its address has to wait");
    await().until(() -> status("GET", "/healthz", shown(node)) == 200);
  }

  @Test
  void aReaderReadsANodeWritesAndAnAdministratorDeletes() throws IOException {
    byte[] blob = bytes(100, 2);
    String volume = "/volumes/" + UUID.randomUUID();
    String old = path(blob) + "?older=0";
    try (RawClient client = server.connect()) {
      assertEquals(403, client.put(path(blob), blob, shown(reader)).status());
    }
    try (RawClient client = server.connect()) {
      assertEquals(201, client.put(path(blob), blob, shown(node)).status());
      assertEquals(200, client.get(path(blob), shown(reader)).status());
      assertEquals(403, client.request("PUT", volume, shown(reader)).status());
      assertEquals(204, client.request("PUT", volume, shown(node)).status());
      for (Secret other : List.of(reader, node)) {
        assertEquals(403, client.get("/volumes", shown(other)).status());
        assertEquals(403, client.get("/blobs/0", shown(other)).status());
        assertEquals(403, client.request("DELETE", old, shown(other)).status());
        assertEquals(403, client.request("DELETE", volume, shown(other)).status());
      }
      assertEquals(200, client.get("/volumes", shown(admin)).status());
      assertEquals(200, client.get("/blobs/0", shown(admin)).status());
      assertEquals(204, client.request("DELETE", old, shown(admin)).status());
    }
  }

  @Test
  void aRevokedNodeIsCutOffAtOnce() throws IOException {
    try (RawClient client = server.connect();
        RawClient waiting = server.connect()) {
      assertEquals(200, client.get("/healthz", shown(node)).status());
      waiting.send(RawClient.head("GET", path(bytes(9, 3)) + "?wait=60", shown(node)));
      await().until(() -> server.waitingGets() == 1);
      tokens.revoke("node1");
      assertTrue(client.isClosedByServer());
      assertTrue(waiting.isClosedByServer());
      assertEquals(401, status("GET", "/healthz", shown(node)));
    }
  }

  @Test
  void aTokenIsNotLeftToTheNextRequestOfItsConnection() throws IOException {
    try (RawClient client = server.connect()) {
      assertEquals(200, client.get("/healthz", shown(node)).status());
      assertEquals(401, client.get("/healthz").status());
    }
  }

  @Test
  void requestsThatAreSentTogetherAreAnsweredInTheirOrder() throws IOException {
    byte[] blob = bytes(1000, 4);
    try (RawClient client = server.connect()) {
      client.send(RawClient.head("GET", "/healthz", shown(node)));
      client.sendPutHead(path(blob), blob.length, shown(node));
      client.send(blob);
      client.send(RawClient.head("GET", path(blob), shown(reader)));
      assertEquals(200, client.readAnswer().status());
      assertEquals(201, client.readAnswer().status());
      assertEquals(blob.length, client.readAnswer().body().length);
    }
  }
}
