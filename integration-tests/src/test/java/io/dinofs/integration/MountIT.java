package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How mounts begin and end. */
@OnEachFrontend
final class MountIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private Node node;

  @BeforeEach
  void nameANode(TestInfo test) {
    node = CLUSTER.node(test.getTestMethod().orElseThrow().getName());
  }

  @AfterEach
  void endTheNode() throws IOException {
    node.close();
  }

  @Test
  void aMissingDirectoryIsNamed() throws Exception {
    refused(node.mount(), node.mount().toString());
    assertFalse(Files.exists(node.mount()));
  }

  @Test
  void aFileIsNoMountPoint() throws Exception {
    Path file = Files.writeString(CLUSTER.directory().resolve("file"), "");
    refused(file, file.toString());
  }

  @Test
  void aDirectoryThatIsNotEmptyIsRefused() throws Exception {
    Files.createDirectories(node.path("something"));
    refused(node.mount(), "not empty");
    assertFalse(Mounts.isMounted(node.mount()));
  }

  @Test
  void aDirectoryThatIsMountedIsRefused() throws Exception {
    node.start();
    Node second = CLUSTER.node("second");
    Program program = second.launch(node.mount());
    assertEquals(1, program.awaitExit());
    assertTrue(program.log().contains(node.mount().toString()), program.log());
    Files.writeString(node.path("still"), "there");
    assertEquals(0, node.unmount());
  }

  @Test
  void aCacheDirectoryServesOneProgramAtATime() throws Exception {
    node.start();
    Path directory = Files.createDirectory(CLUSTER.directory().resolve("another"));
    Program program =
        Program.start(
            "dinofs",
            CLUSTER.directory().resolve("second-on-cache.log"),
            node.arguments(directory));
    assertEquals(1, program.awaitExit());
    assertTrue(program.log().contains(node.cache().toString()), program.log());
    assertFalse(Mounts.isMounted(directory));
    assertEquals(0, node.unmount());
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    Files.createDirectories(node.mount());
    Program program =
        Program.start(
            "dinofs",
            CLUSTER.directory().resolve("unreachable.log"),
            List.of(
                "--mount",
                node.mount().toString(),
                "--cache",
                node.cache().toString(),
                "--metadata",
                "127.0.0.1:1",
                "--timeout",
                "2"));
    assertEquals(1, program.awaitExit());
    assertTrue(program.log().contains("127.0.0.1:1"), program.log());
    assertFalse(Mounts.isMounted(node.mount()));
  }

  @Test
  void wrongUsageEndsWithTwo() throws Exception {
    Path log = CLUSTER.directory().resolve("usage.log");
    assertEquals(2, Program.start("dinofs", log, List.of("--no-such-option")).awaitExit());
    assertEquals(2, Program.start("metadataserver", log, List.of("--listen")).awaitExit());
    assertEquals(2, Program.start("blobserver", log, List.of("--nonsense")).awaitExit());
  }

  @Test
  void terminationUnmountsAndKeepsWhatWasWritten() throws Exception {
    node.start();
    Files.write(node.path("before-term"), new byte[3_000_000]);
    assertEquals(0, node.program().terminate());
    assertFalse(Mounts.isMounted(node.mount()));
    node.start();
    assertEquals(3_000_000, Files.readAllBytes(node.path("before-term")).length);
    assertEquals(0, node.unmount());
  }

  @Test
  void interruptionUnmounts() throws Exception {
    assumeFalse(interruptsAreIgnored(), "started with SIGINT ignored, as are all programs below");
    node.start();
    node.program().signal(Posix.SIGINT);
    assertEquals(0, node.program().awaitExit());
    assertFalse(Mounts.isMounted(node.mount()));
  }

  /**
   * Whether this process ignores SIGINT, as what a shell without job control runs with "&" does.
   */
  private static boolean interruptsAreIgnored() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .map(line -> line.substring("SigIgn:".length()).strip())
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(ignored, 16) & 1L << (Posix.SIGINT - 1)) != 0;
  }

  @Test
  void fusermountEndsTheProgram() throws Exception {
    node.start();
    Files.writeString(node.path("before-unmount"), "x");
    assertEquals(0, node.unmount());
    assertFalse(Mounts.isMounted(node.mount()));
  }

  @Test
  void theMountOfADeadProgramIsReplaced() throws Exception {
    node.start();
    Files.writeString(node.path("before-crash"), "x");
    node.program().kill();
    assertTrue(Mounts.isMounted(node.mount()));
    node.start();
    assertEquals("x", Files.readString(node.path("before-crash")));
    assertEquals(0, node.unmount());
  }

  @Test
  void inTheBackgroundItReturnsWhenTheMountIsUsable() throws Exception {
    Files.createDirectories(node.mount());
    Program starter = node.launch(node.mount(), "--background");
    assertEquals(0, starter.awaitExit());
    assertTrue(Mounts.isMounted(node.mount()));
    Files.writeString(node.path("in-background"), "x");
    assertEquals(0, Mounts.unmount(node.mount()));
    // The cache directory is free again when the program behind the mount has ended.
    await().atMost(Program.PATIENCE).ignoreExceptions().until(this::startsAgain);
    assertEquals("x", Files.readString(node.path("in-background")));
    assertEquals(0, node.unmount());
  }

  @Test
  void inTheBackgroundItFailsWithTheReason() throws Exception {
    refused(node.mount(), node.mount().toString(), "--background");
  }

  private boolean startsAgain() throws IOException {
    node.start();
    return true;
  }

  private void refused(Path directory, String reason, String... options) throws Exception {
    Program program = node.launch(directory, options);
    assertEquals(1, program.awaitExit());
    assertTrue(program.log().contains(reason), program.log());
    assertFalse(program.log().contains("\tat "), program.log());
  }
}
