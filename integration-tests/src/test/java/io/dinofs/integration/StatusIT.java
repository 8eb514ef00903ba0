package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a user can ask a running client. */
@OnEachFrontend
class StatusIT {
  private static final int BYTES = 5 << 20;
  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rwx------");

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("a", "b");

  private final Node a = CLUSTER.node("a");
  private final Node b = CLUSTER.node("b");

  @Test
  void statusTellsWhatIsNotOnTheServersYet() throws Exception {
    CLUSTER.blobServer().program().terminate();
    Files.write(a.path("pending"), bytes(1));
    JsonNode pending = status(a);
    assertEquals(a.mount().toString(), pending.get("mount").asText());
    assertEquals(a.cache().toString(), pending.get("cache").asText());
    assertEquals(CLUSTER.metadataServer().address(), pending.get("metadataServer").asText());
    assertTrue(pending.get("connected").asBoolean());
    assertTrue(pending.get("commit").asLong() > 0);
    assertEquals(0, pending.get("lagCommits").asLong());
    assertTrue(pending.get("lagMillis").asLong() >= 0);
    assertEquals(0, pending.get("locks").asInt());
    assertTrue(pending.get("pendingBytes").asLong() >= BYTES, pending::toString);
    assertTrue(pending.has("pendingSince"), pending::toString);

    CLUSTER.blobServer().start();
    await().atMost(Program.PATIENCE).until(() -> status(a).get("pendingBlobs").asInt() == 0);
    assertTrue(dinofs(0, "status").contains(b.mount().toString()));
    assertTrue(
        dinofs(0, "status", "--cache", a.cache().toString()).contains("everything is there"));
    assertTrue(dinofs(1, "status", "/").contains("mounted no volume on /"));
  }

  @Test
  void whatIsWarmIsReadWithoutTheServer() throws Exception {
    Path directory = a.path("warm/deep");
    Files.createDirectories(directory);
    Files.write(directory.resolve("one"), bytes(2));
    Files.write(directory.resolve("two"), bytes(3));
    String told = dinofs(0, "warm", b.path("warm").toString());
    assertTrue(told.contains("2 files of 10.0 MiB are here"), told);
    CLUSTER.blobServer().program().terminate();
    try {
      assertArrayEquals(bytes(2), Files.readAllBytes(b.path("warm/deep/one")));
      assertArrayEquals(bytes(3), Files.readAllBytes(b.path("warm/deep/two")));
    } finally {
      CLUSTER.blobServer().start();
    }
    assertTrue(dinofs(1, "warm", "/etc").contains("not on a volume of dinofs"));
  }

  @Test
  void nobodyElseGetsAtWhatIsKeptOnDisk() throws Exception {
    Files.write(a.path("kept"), bytes(4));
    await().atMost(Program.PATIENCE).until(() -> status(a).get("pendingBlobs").asInt() == 0);
    Set<Path> open = new TreeSet<>();
    for (Path directory :
        List.of(a.cache(), CLUSTER.metadataServer().data(), CLUSTER.blobServer().data())) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.toList()) {
          if (!OWNER.containsAll(Files.getPosixFilePermissions(file))) {
            open.add(file);
          }
        }
      }
    }
    assertEquals(Set.of(), open);
  }

  @Test
  void aMountTellsMetricsIfItIsAskedTo() throws Exception {
    try (Node node = CLUSTER.freshNode()) {
      node.start("--metrics", "0");
      MatchResult told =
          node.program()
              .awaitPrinted(Pattern.compile("metrics are at (http://127.0.0.1:\\d+/\\S+)"));
      URI page = URI.create(told.group(1));
      Files.write(node.path("counted"), bytes(4));
      Files.createFile(a.path("pushed"));
      assertTrue(Files.exists(node.path("pushed")));
      assertArrayEquals(bytes(4), Files.readAllBytes(node.path("counted")));
      await()
          .atMost(Program.PATIENCE)
          .until(() -> metric(page, "dinofs_pending_uploads").orElseThrow() == 0);
      for (String operation : List.of("create", "write", "lookup", "release")) {
        String count = "dinofs_request_seconds_count{operation=\"" + operation + "\"}";
        assertTrue(metric(page, count).orElseThrow() >= 1, operation);
      }
      assertTrue(metric(page, "dinofs_commits_total{outcome=\"accepted\"}").orElseThrow() >= 2);
      assertTrue(metric(page, "dinofs_pushes_applied_total").orElseThrow() >= 1);
      assertTrue(metric(page, "dinofs_record_cache_reads_total{result=\"hit\"}").orElseThrow() > 0);
      assertTrue(
          metric(page, "dinofs_record_cache_reads_total{result=\"miss\"}").orElseThrow() > 0);
      assertTrue(metric(page, "dinofs_blob_cache_bytes").orElseThrow() >= BYTES);
      assertEquals(1, metric(page, "dinofs_connected").orElseThrow());
      assertEquals(0, metric(page, "dinofs_reconnects_total").orElseThrow());
      assertEquals(0, metric(page, "dinofs_lag_commits").orElseThrow());
      double commit = status(node).get("commit").asDouble();
      assertTrue(metric(page, "dinofs_newest_commit").orElseThrow() >= commit);
      assertEquals(0, node.unmount());
    }
  }

  /** The value after {@code name} in the page. */
  private static Optional<Double> metric(URI page, String name)
      throws IOException, InterruptedException {
    String text =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
            .body();
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> Double.valueOf(line.substring(name.length() + 1)))
        .findFirst();
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static JsonNode status(Node node) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(dinofs(0, "status", node.mount().toString(), "--json"));
  }

  /** What the program prints. */
  private static String dinofs(int exitCode, String... arguments)
      throws IOException, InterruptedException {
    Path log = CLUSTER.directory().resolve("command.log");
    Files.deleteIfExists(log);
    try (Program program = Program.start("dinofs", log, List.of(arguments))) {
      int code = program.awaitExit();
      assertEquals(exitCode, code, program::toString);
      return program.log();
    }
  }
}
