package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two nodes and their servers, who know each other by certificates; and those who are not let in.
 */
@OnEachFrontend
final class TlsIT extends TwoNodes {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withTls();

  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  Cluster cluster() {
    return CLUSTER;
  }

  /** How a command ended, and what it said. */
  private record Outcome(int status, String said) {}

  @Test
  void whoHasACertificateOfTheAuthorityIsLetIn() throws Exception {
    assertEquals(0, export(certificates().nodeOptions(certificates())).status());
  }

  @Test
  void whoHasNoneOrOneOfAnotherAuthorityIsNot() throws Exception {
    Certificates foreign = other();
    List<String> none = List.of("--tls-ca", certificates().authority().toString());
    Outcome outcome = export(certificates().nodeOptions(foreign));
    assertEquals(1, outcome.status(), outcome::said);
    assertMountFails(none, "cannot reach");
  }

  @Test
  void aServerOfAnotherAuthorityIsNotTrusted() throws Exception {
    List<String> options = other().nodeOptions(certificates());
    assertMountFails(options, "PKIX");
  }

  @Test
  void oneCertificateCanBeTrustedByItsFingerprint() throws Exception {
    String right = fingerprint(certificates().file("server.pem"));
    assertEquals(0, export(pinned(right)).status());
    String wrong = fingerprint(certificates().file("node.pem"));
    Outcome outcome = export(pinned(wrong));
    assertEquals(1, outcome.status(), outcome::said);
    assertTrue(outcome.said().contains("fingerprint"), outcome::said);
  }

  @Test
  void whoSpeaksTlsDoesNotFallBackToPlainText() throws Exception {
    List<String> options = certificates().nodeOptions(certificates());
    Outcome outcome = mount("http://", options);
    assertEquals(2, outcome.status(), outcome::said);
    assertTrue(outcome.said().contains("https://HOST:PORT"), outcome::said);
  }

  @Test
  void newFilesAreInForceWithoutARestart() throws Exception {
    Certificates next = other();
    Certificates kept = Certificates.make(CLUSTER.directory().resolve("kept-" + next()));
    kept.takeServerFrom(certificates());
    List<String> trustingNext = next.nodeOptions(certificates());
    assertEquals(1, export(trustingNext).status());
    certificates().takeServerFrom(next);
    try {
      await()
          .atMost(Program.PATIENCE)
          .untilAsserted(() -> assertEquals(0, export(trustingNext).status()));
      Files.writeString(onA("mounts-go-on"), "still");
      assertEquals("still", Files.readString(onB("mounts-go-on")));
      // A key that is not the certificate's: what was in force stays.
      Path key = certificates().file("server.key");
      Files.copy(kept.file("node.key"), key, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(0, export(trustingNext).status());
    } finally {
      certificates().takeServerFrom(kept);
    }
    await()
        .atMost(Program.PATIENCE)
        .untilAsserted(
            () -> assertEquals(0, export(certificates().nodeOptions(certificates())).status()));
  }

  @Test
  void aServerListensToOtherMachinesOnlyIfItKnowsThemOrIsToldTo() throws Exception {
    for (String server : List.of("metadataserver", "blobserver")) {
      Path directory = CLUSTER.directory().resolve(server + "-" + next());
      List<String> open =
          List.of("--listen", "0.0.0.0:0", "--data", directory.resolve("data").toString());
      Files.createDirectory(directory);
      Path log = directory.resolve("log");
      try (Program refused = Program.start(server, log, open)) {
        assertEquals(2, refused.awaitExit());
      }
      assertTrue(Files.readString(log).contains("--insecure"), Files.readString(log));
      List<String> encryptedOnly = new ArrayList<>(open);
      encryptedOnly.addAll(List.of(certificates().serverOptions()).subList(0, 4));
      try (Program refused = Program.start(server, log, encryptedOnly)) {
        assertEquals(2, refused.awaitExit());
      }
    }
  }

  private static Certificates certificates() {
    return CLUSTER.certificates();
  }

  private static Certificates other() throws IOException {
    return Certificates.make(CLUSTER.directory().resolve("other-" + next()));
  }

  private static int next() {
    return COUNT.incrementAndGet();
  }

  private static List<String> pinned(String fingerprint) {
    List<String> options = new ArrayList<>(List.of("--tls-fingerprint", fingerprint));
    options.addAll(certificates().identity());
    return options;
  }

  private static String fingerprint(Path certificate) throws Exception {
    try (var in = Files.newInputStream(certificate)) {
      byte[] encoded = CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded));
    }
  }

  private static void assertMountFails(List<String> options, String reason) throws Exception {
    Outcome outcome = mount(options);
    assertEquals(1, outcome.status(), outcome::said);
    assertTrue(outcome.said().contains(reason), outcome::said);
  }

  private static Outcome mount(List<String> options) throws Exception {
    return mount("https://", options);
  }

  private static Outcome mount(String blobScheme, List<String> options) throws Exception {
    Path directory = Files.createDirectory(CLUSTER.directory().resolve("refused-" + next()));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--mount",
                directory.toString(),
                "--cache",
                directory + "-cache",
                "--timeout",
                "3",
                "--metadata",
                CLUSTER.metadataServer().address(),
                "--blobs",
                blobScheme + CLUSTER.blobServer().address()));
    arguments.addAll(options);
    return run(arguments);
  }

  private static Outcome export(List<String> options) throws Exception {
    return export(CLUSTER.metadataServer().address(), options);
  }

  /** The simplest command that asks a metadata server. */
  private static Outcome export(String server, List<String> options) throws Exception {
    Path file = CLUSTER.directory().resolve("export-" + next());
    List<String> arguments =
        new ArrayList<>(List.of("export", "--metadata", server, "--timeout", "3"));
    arguments.addAll(options);
    arguments.add(file.toString());
    return run(arguments);
  }

  private static Outcome run(List<String> arguments) throws Exception {
    Path log = CLUSTER.directory().resolve("run-" + next() + ".log");
    try (Program program = Program.start("dinofs", log, arguments)) {
      return new Outcome(program.awaitExit(), Files.readString(log));
    }
  }
}
