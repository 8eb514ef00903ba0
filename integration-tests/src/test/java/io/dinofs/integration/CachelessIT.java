package io.dinofs.integration;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that keep nothing of the volume on a disk. */
@OnEachFrontend
final class CachelessIT extends TwoNodes {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b").withoutCaches();

  @Override
  Cluster cluster() {
    return CLUSTER;
  }

  @Test
  void nothingOfTheVolumeIsOnTheDiskOfANode() throws IOException {
    String contents = "only the servers keep this ".repeat(200_000);
    Files.writeString(onA("kept-nowhere"), contents);
    assertEquals(contents, Files.readString(onB("kept-nowhere")));
    try (Stream<Path> files = Files.walk(CLUSTER.directory())) {
      List<Path> found =
          files
              .filter(file -> !file.toString().contains("/mount-"))
              .filter(file -> !file.startsWith(CLUSTER.blobServer().data()))
              .filter(file -> !file.startsWith(CLUSTER.metadataServer().data()))
              .filter(Files::isRegularFile)
              .filter(file -> mentions(file, "only the servers", "kept-nowhere"))
              .toList();
      assertEquals(List.of(), found);
    }
    for (Path directory : CLUSTER.memoryDirectories()) {
      assertEquals("tmpfs", Files.getFileStore(directory).type());
    }
  }

  private static boolean mentions(Path file, String... texts) {
    try {
      String read = Files.readString(file, ISO_8859_1);
      return Stream.of(texts).anyMatch(read::contains);
    } catch (IOException e) {
      return false; // it was removed meanwhile
    }
  }

  @Test
  void whatWasClosedIsOnTheServersWhenTheNodeIsKilled() throws Exception {
    Node node = CLUSTER.freshNode();
    List<Path> others = CLUSTER.memoryDirectories();
    node.start();
    Path directory =
        CLUSTER.memoryDirectories().stream()
            .filter(each -> !others.contains(each))
            .findFirst()
            .orElseThrow();
    Files.writeString(node.path("closed"), "x".repeat(3_000_000));
    node.kill();
    assertEquals("x".repeat(3_000_000), Files.readString(onB("closed")));
    assertTrue(Files.exists(directory));

    node.start();
    assertTrue(Files.notExists(directory), "what was left in memory stays");
    Path next =
        CLUSTER.memoryDirectories().stream()
            .filter(each -> !others.contains(each))
            .findFirst()
            .get();
    assertEquals(0, node.unmount());
    assertTrue(Files.notExists(next));
  }
}
