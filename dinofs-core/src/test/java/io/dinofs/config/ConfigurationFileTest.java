package io.dinofs.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigurationFileTest {
  @TempDir private Path directory;

  private enum Mode {
    STRICT,
    PUSH
  }

  private record Limits(Integer frameBytes, Long total) {
    private Limits {
      if (frameBytes != null && frameBytes < 1) {
        throw new IllegalArgumentException("at least one byte");
      }
    }
  }

  private record Settings(
      String listen,
      Integer port,
      Boolean background,
      Mode mode,
      Limits limits,
      List<String> nodes) {}

  private Path file(String json) throws Exception {
    return Files.writeString(directory.resolve("dinofs.json"), json);
  }

  private Settings read(String json) throws Exception {
    return ConfigurationFile.read(file(json), Settings.class);
  }

  private void assertRefused(String json, String... parts) throws Exception {
    Path file = file(json);
    DinofsException refused =
        assertThrows(
            DinofsException.class, () -> ConfigurationFile.read(file, Settings.class), json);
    assertEquals(ErrorKind.INVALID, refused.kind());
    String message = refused.getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertTrue(!message.contains("jackson") && !message.contains("java."), message);
  }

  @Test
  void everyKeyIsReadIntoItsComponent() throws Exception {
    Settings expected =
        new Settings("x:1", 7, true, Mode.PUSH, new Limits(5, 1L << 40), List.of("a", "b"));
    assertEquals(
        expected,
        read(
            """
            {"listen": "x:1", "port": 7, "background": true, "mode": "push",
             "limits": {"frameBytes": 5, "total": 1099511627776}, "nodes": ["a", "b"]}
            """));
  }

  @Test
  void aKeyThatIsNotThereIsNull() throws Exception {
    Settings settings = read("{}");
    assertNull(settings.listen());
    assertNull(settings.port());
    assertNull(settings.background());
    assertNull(settings.limits());
  }

  @Test
  void anUnknownKeyIsNamedWithItsLineAndWhatThereIs() throws Exception {
    assertRefused(
        "{\n \"listen\": \"x\",\n \"prot\": 7}",
        ":3: prot: no such key",
        "background, limits, listen");
    assertRefused("{\"limits\": {\n\"frames\": 1}}", ":2: limits.frames: no such key");
  }

  @Test
  void aValueOfAnotherTypeIsRefused() throws Exception {
    assertRefused("{\n\"port\": \"7\"}", ":2: port: not a whole number");
    assertRefused("{\"port\": 7.5}", "port: not a whole number");
    assertRefused("{\"port\": 99999999999}", "port: ");
    assertRefused("{\"port\": true}", "port: not a whole number");
    assertRefused("{\"port\": [7]}", "port: not a whole number");
    assertRefused("{\"listen\": 7}", "listen: not a text");
    assertRefused("{\"listen\": true}", "listen: not a text");
    assertRefused("{\"listen\": {}}", "listen: not a text");
    assertRefused("{\"background\": \"true\"}", "background: not true or false");
    assertRefused("{\"background\": 1}", "background: not true or false");
    assertRefused("{\"mode\": \"loose\"}", "mode: not one of \"strict\", \"push\"");
    assertRefused("{\"mode\": 1}", "mode: not one of");
    assertRefused("{\"mode\": \"\"}", "mode: not one of");
    assertRefused("{\"limits\": 7}", "limits: not a JSON object");
    assertRefused("{\"limits\": \"\"}", "limits: not a JSON object");
    assertRefused("{\"nodes\": \"a\"}", "nodes: not a list");
    assertRefused("{\"nodes\": [\"a\", 7]}", "nodes[1]: not a text");
    assertRefused("{\"nodes\": [null]}", "nodes", "null");
  }

  @Test
  void nullIsRefused() throws Exception {
    assertRefused("{\n\"listen\": null}", "listen", "null");
    assertRefused("{\"limits\": {\"total\": null}}", "limits.total", "null");
    assertRefused("null", "null");
  }

  @Test
  void aValueThatTheRecordRefusesIsNamed() throws Exception {
    assertRefused("{\"limits\": {\"frameBytes\": 0}}", "limits: at least one byte");
  }

  @Test
  void aKeyThatIsThereTwiceIsRefused() throws Exception {
    assertRefused("{\"port\": 7,\n\"port\": 7}", ":2: ", "port");
  }

  @Test
  void whatIsNotOneJsonObjectIsRefused() throws Exception {
    assertRefused("");
    assertRefused("{\"port\": 7");
    assertRefused("{port: 7}");
    assertRefused("{\"port\": 7,}");
    assertRefused("// a comment\n{}");
    assertRefused("{} x");
    assertRefused("{}\n{}");
    assertRefused("[]", "not a JSON object");
    assertRefused("7", "not a JSON object");
    assertRefused("\"\"", "not a JSON object");
  }

  @Test
  void aFileThatIsNotThereOrTooLargeIsNamed() throws Exception {
    Path none = directory.resolve("none.json");
    DinofsException missing =
        assertThrows(DinofsException.class, () -> ConfigurationFile.read(none, Settings.class));
    assertEquals(ErrorKind.NOT_FOUND, missing.kind());
    assertTrue(missing.getMessage().contains(none.toString()));
    assertRefused("{}" + " ".repeat(1 << 20), "too large");
    DinofsException unreadable =
        assertThrows(
            DinofsException.class, () -> ConfigurationFile.read(directory, Settings.class));
    assertEquals(ErrorKind.IO, unreadable.kind());
  }
}
