package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeptStrictNodesTest {
  @TempDir private Path directory;

  private KeptStrictNodes open() {
    return new KeptStrictNodes(new KeptFile(directory.resolve("strict-nodes")));
  }

  @Test
  void withoutAFileThereAreNoNodes() throws DinofsException {
    assertEquals(Set.of(), open().remembered());
  }

  @Test
  void theLatestNodesAreRemembered() throws DinofsException {
    Set<NodeId> nodes = Set.of(new NodeId(1), new NodeId(-2));
    KeptStrictNodes file = open();
    file.remember(Set.of(NodeId.random()));
    file.remember(nodes);
    assertEquals(nodes, open().remembered());
    file.remember(Set.of());
    assertEquals(Set.of(), open().remembered());
  }

  @Test
  void aDamagedFileIsRefused() throws IOException {
    open().remember(Set.of(NodeId.random()));
    Path file = directory.resolve("strict-nodes");
    byte[] content = Files.readAllBytes(file);
    content[10] ^= 1;
    Files.write(file, content);
    assertEquals(
        ErrorKind.CORRUPT, assertThrows(DinofsException.class, () -> open().remembered()).kind());
  }
}
