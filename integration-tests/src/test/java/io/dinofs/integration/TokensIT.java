package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Role;
import io.dinofs.access.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that know nodes by tokens, over TLS; and nodes that may not do everything. */
@OnEachFrontend
final class TokensIT implements BelowTheFrontend {
  @RegisterExtension private static final Cluster CLUSTER = new Cluster("a").withTls().withTokens();

  @AfterEach
  void nothingThatAnybodyPrintedHasATokenInIt() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Secret secret : CLUSTER.tokens().made()) {
      String token = secret.reveal();
      String bits = token.substring(token.indexOf('~') + 1);
      byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
      texts.add(bits);
      texts.add(Base64.getEncoder().encodeToString(bytes).substring(0, 40));
      texts.add(HexFormat.of().formatHex(bytes));
      texts.add(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(bits)));
    }
    try (Stream<Path> files = Files.list(CLUSTER.directory())) {
      for (Path log : files.filter(it -> it.toString().endsWith(".log")).toList()) {
        String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
        texts.forEach(text -> assertFalse(printed.contains(text), log.toString()));
      }
    }
  }

  @Test
  void theTokenOfAReaderMountsReadOnlyAndWritesNothing() throws Exception {
    Node writer = CLUSTER.node("a");
    byte[] contents = new byte[100_000];
    Files.write(writer.path("file"), contents);
    CLUSTER.tokens().add("reader", Role.READ_ONLY);
    Node reader = CLUSTER.node("reader");
    reader.start();
    assertTrue(reader.program().log().contains("read-only"), reader.program().log());
    assertEquals(contents.length, Files.readAllBytes(reader.path("file")).length);
    assertEquals(
        Posix.error(Errno.EROFS),
        Posix.open(reader.file("new"), Posix.O_WRONLY | Posix.O_CREAT, 0644));
    assertEquals(Posix.error(Errno.EROFS), Posix.unlink(reader.file("file")));
    Files.writeString(writer.path("file"), "after");
    assertEquals("after", Files.readString(reader.path("file")));
    assertEquals(0, reader.unmount());
  }

  @Test
  void aRevokedNodeIsCutOffAndChangesNothingMore() throws Exception {
    Node node = CLUSTER.node("revoked");
    node.start();
    Files.writeString(node.path("before"), "before");
    CLUSTER.tokens().revoke("revoked");
    await()
        .atMost(Program.PATIENCE)
        .until(() -> Posix.chmod(node.file("before"), 0600) == Posix.error(Errno.EACCES));
    Node other = CLUSTER.node("a");
    assertEquals("before", Files.readString(other.path("before")));
    assertTrue(node.program().log().contains("revoked"), node.program().log());
    node.kill();
    Files.delete(other.path("before"));
  }

  @Test
  void aCollectionAndABackupAreForAdministrators() throws Exception {
    CLUSTER.tokens().add("admin", Role.ADMIN);
    String blobs = CLUSTER.blobScheme() + CLUSTER.blobServer().address();
    assertEquals(0, run("admin", "gc", "--dry-run", "--blobs", blobs));
    assertEquals(1, run("a", "backup", CLUSTER.directory().resolve("backup").toString()));
  }

  private static int run(String node, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(CLUSTER.nodeOptions(node));
    all.addAll(List.of("--metadata", CLUSTER.metadataServer().address()));
    Path log = CLUSTER.directory().resolve(arguments[0] + ".log");
    try (Program program = Program.start("dinofs", log, all)) {
      return program.awaitExit();
    }
  }
}
