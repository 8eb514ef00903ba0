package io.dinofs.metadataserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.model.VolumeId;
import io.dinofs.store.s3.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class EngineTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"lmdb:", "disk:", "s3:"})
  void aVolumeAndWhatItsServerRemembersOutliveTheServer(String engine) throws Exception {
    String store =
        engine.equals("s3:")
            ? S3Server.url(S3Server.newLocation(S3Server.get().endpoint()))
            : engine + directory.resolve("volume");
    Engine parsed = Engine.parse(store, Map.of());
    Set<NodeId> nodes = Set.of(new NodeId(1), new NodeId(2));
    VolumeId volume;
    try (Engine.Opened opened = parsed.open()) {
      volume = opened.store().volume();
      assertEquals(Set.of(), opened.strictNodes().remembered());
      opened.strictNodes().remember(nodes);
    }
    try (Engine.Opened opened = parsed.open()) {
      assertEquals(volume, opened.store().volume());
      assertEquals(nodes, opened.strictNodes().remembered());
      assertEquals(Set.of(), opened.lockNodes().remembered());
    }
  }

  @Test
  void aStoreIsTakenFromTheConfiguration() throws Exception {
    Path file = directory.resolve("server.json");
    Files.writeString(
        file,
        "{\"store\": \"config:a\", \"stores\": {\"a\": {\"type\": \"disk\", \"dir\": \"%s\"}}}"
            .formatted(directory.resolve("volume")));
    options("--config", file.toString()).settings().engine().open().close();
    assertTrue(Files.isDirectory(directory.resolve("volume")));
  }

  @Test
  void whatIsWrongWithAStoreIsSaid() throws Exception {
    assertRefused("--data or --store is missing: where is the volume kept?");
    assertRefused("--data and --store: the volume", "--data", "x", "--store", "disk:y");
    assertRefused("not a store: tape:x; it is lmdb:DIR", "--store", "tape:x");
    assertRefused("no store a in the configuration file", "--store", "config:a");
    Path file = directory.resolve("server.json");
    Files.writeString(file, "{\"data\": \"x\", \"stores\": {\"a\": {\"type\": \"tape\"}}}");
    DinofsException refused =
        assertThrows(DinofsException.class, () -> options("--config", file.toString()).settings());
    assertTrue(
        refused.getMessage().startsWith(file + ": stores.a.type: no such type of store: tape"),
        refused.getMessage());
  }

  private static void assertRefused(String message, String... arguments) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> options(arguments).settings());
    assertTrue(refused.getMessage().startsWith(message), refused.getMessage());
  }

  private static Options options(String... arguments) {
    Options options = new Options();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }
}
