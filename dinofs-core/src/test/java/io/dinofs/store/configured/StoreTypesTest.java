package io.dinofs.store.configured;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.config.ConfigurationFile;
import io.dinofs.config.Sections;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTypesTest {
  private static final StoreTypes TYPES = StoreTypes.of(List.of(new DiskType(), new PairedType()));

  @TempDir private Path directory;

  private record Configuration(Sections stores) {}

  private Map<String, StoreType.Definition> read(String json) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("dinofs.json"), json.replace("DIR", directory.toString()));
    return TYPES.readAll(
        file, "stores", ConfigurationFile.read(file, Configuration.class).stores());
  }

  private void assertRefused(String json, String message) {
    DinofsException refused = assertThrows(DinofsException.class, () -> read(json), json);
    assertEquals(ErrorKind.INVALID, refused.kind());
    String text = refused.getMessage();
    assertTrue(text.startsWith(directory.resolve("dinofs.json").toString()), text);
    assertTrue(text.endsWith(message), text);
  }

  @Test
  void aStoreIsWhatItsTypeSays() throws Exception {
    StoreType.Definition disk =
        read("{\"stores\": {\"a\": {\"type\": \"disk\", \"dir\": \"DIR/a\"}}}").get("a");
    try (Store store = disk.open()) {
      store.put(Key.of("k"), Bytes.utf8("v"));
    }
    try (Store store = disk.open()) {
      assertEquals(Optional.of(Bytes.utf8("v")), store.get(Key.of("k")));
    }
  }

  @Test
  void aStoreIsMadeOfOthers() throws Exception {
    Map<String, StoreType.Definition> stores =
        read(
            """
            {"stores": {
              "both": {
                "type": "paired",
                "fast": {"type": "disk", "dir": "DIR/fast"},
                "slow": {"type": "disk", "dir": "DIR/slow"},
                "pending": "DIR/pending"},
              "slow": {"type": "disk", "dir": "DIR/slow"}}}
            """);
    try (Store store = stores.get("both").open()) {
      store.put(Key.of("k"), Bytes.utf8("v"));
    }
    try (Store store = stores.get("slow").open()) {
      assertEquals(Optional.of(Bytes.utf8("v")), store.get(Key.of("k")));
    }
  }

  @Test
  void whatOneOfTwoHoldsIsGivenBackWhenTheOtherCannotBeOpened() throws Exception {
    Map<String, StoreType.Definition> stores =
        read(
            """
            {"stores": {
              "both": {
                "type": "paired",
                "fast": {"type": "disk", "dir": "DIR/fast"},
                "slow": {"type": "disk", "dir": "DIR/dinofs.json"},
                "pending": "DIR/pending"},
              "fast": {"type": "disk", "dir": "DIR/fast"}}}
            """);
    assertThrows(DinofsException.class, () -> stores.get("both").open());
    stores.get("fast").open().close();
  }

  @Test
  void whatIsWrongIsNamedWithItsKey() {
    assertRefused("{\"stores\": {\"a\": 1}}", "stores.a: not a JSON object");
    assertRefused("{\"stores\": 1}", "stores: not a JSON object");
    assertRefused("{\"stores\": {\"a\": {}}}", "stores.a.type: is missing");
    assertRefused(
        "{\"stores\": {\"a\": {\"type\": \"tape\"}}}",
        "stores.a.type: no such type of store: tape; there are disk, paired");
    assertRefused("{\"stores\": {\"a\": {\"type\": \"disk\"}}}", "stores.a.dir: is missing");
    assertRefused(
        "{\"stores\": {\"a\": {\"type\": \"disk\", \"dir\": 1}}}",
        "stores.a.dir: not a text in quotes");
    assertRefused(
        "{\"stores\": {\"a\": {\"type\": \"disk\", \"dir\": \"x\", \"size\": 1}}}",
        "stores.a.size: no such key; there are dir, type");
    assertRefused(
        """
        {"stores": {"a": {"type": "paired", "fast": {"type": "disk", "dir": ""}}}}
        """,
        "stores.a.fast.dir: is empty");
    assertRefused(
        """
        {"stores": {"a": {"type": "paired", "fast": {"type": "disk", "dir": "x"}, "slow": "s"}}}
        """,
        "stores.a.slow: not a JSON object");
  }
}
