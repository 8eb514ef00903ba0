package io.dinofs.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Contents that leave the nodes encrypted. */
@OnEachFrontend
final class EncryptionIT implements BelowTheFrontend {
  private static final String SECRET = "Nobody but the nodes reads this. ";

  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withEncryption();

  private static Path onA(String path) {
    return CLUSTER.node("a").path(path);
  }

  private static Path onB(String path) {
    return CLUSTER.node("b").path(path);
  }

  @Test
  void nothingOfTheContentsIsOnAnyDisk() throws Exception {
    Files.writeString(onA("small"), SECRET);
    Files.writeString(onA("large"), SECRET.repeat(100_000));
    ByteBuffer piece = ByteBuffer.wrap(SECRET.repeat(20_000).getBytes(ISO_8859_1));
    try (var open = FileChannel.open(onA("open"), CREATE_NEW, WRITE)) {
      for (int chunk = 0; chunk < 60; chunk++) { // more than is kept in memory before it is stored
        open.write(piece.rewind(), chunk * (2L << 20));
      }
      assertEquals(List.of(), filesWith("Nobody but the nodes"));
    }
    assertEquals(SECRET, Files.readString(onB("small")));
    assertEquals(SECRET.repeat(100_000), Files.readString(onB("large")));
    assertEquals(List.of(), filesWith("Nobody but the nodes"));
  }

  /** Of all that servers and nodes keep. */
  private static List<Path> filesWith(String text) throws IOException {
    try (Stream<Path> files = Files.walk(CLUSTER.directory())) {
      return files
          .filter(file -> !file.toString().contains("/mount-"))
          .filter(Files::isRegularFile)
          .filter(file -> contains(file, text))
          .toList();
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file, ISO_8859_1).contains(text);
    } catch (IOException e) {
      return false; // it was removed meanwhile
    }
  }

  @Test
  void withoutItsKeyFileTheVolumeIsNotMounted() throws Exception {
    Node fresh = CLUSTER.freshNode();
    Path wrong = CLUSTER.directory().resolve("wrong-keys");
    CLUSTER.keyCommand("new", wrong.toString());
    assertRefused("lacks key", fresh, "--encrypt", wrong.toString());
    Path nothing = CLUSTER.directory().resolve("no-keys");
    assertRefused("dinofs key new", fresh, "--encrypt", nothing.toString());
  }

  private static void assertRefused(String reason, Node node, String... options)
      throws IOException, InterruptedException {
    IOException e = assertThrows(IOException.class, () -> node.start(options));
    assertTrue(String.valueOf(e.getMessage()).contains(reason), e::getMessage);
  }

  @Test
  void aNewKeyEncryptsFromTheNextMountOnAndOthersFindItInTheFile() throws Exception {
    Files.writeString(onA("before"), SECRET.repeat(1000));
    CLUSTER.keyCommand("add", CLUSTER.keyFile().toString());
    Node late = CLUSTER.freshNode();
    late.start();
    assertEquals(SECRET.repeat(1000), Files.readString(late.path("before")));
    Files.writeString(late.path("after"), SECRET.repeat(1000));
    assertEquals(SECRET.repeat(1000), Files.readString(onA("after")));
    assertEquals(0, late.unmount());
  }
}
