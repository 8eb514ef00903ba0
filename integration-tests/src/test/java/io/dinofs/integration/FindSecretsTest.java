package io.dinofs.integration;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.access.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/find-secrets}, which looks through the logs of all tests, finds what is there. */
final class FindSecretsTest {
  @TempDir Path directory;

  private record Outcome(int status, String said) {}

  private Outcome look(String log) throws Exception {
    Path logs = Files.createDirectories(directory.resolve("logs"));
    Files.writeString(logs.resolve("a.log"), "one line\n" + log + "\n\0 and binary\n");
    Path script = Path.of(System.getProperty("basedir", "."), "..", "scripts", "find-secrets");
    Process look =
        new ProcessBuilder(script.toString(), logs.toString()).redirectErrorStream(true).start();
    String said = new String(look.getInputStream().readAllBytes(), US_ASCII);
    return new Outcome(look.waitFor(), said);
  }

  @Test
  void everySecretIsFoundAndNotRepeated() throws Exception {
    String token = Secret.random("node.1").reveal();
    String bits = token.substring("node.1~".length());
    for (String secret :
        List.of(
            token,
            HexFormat.of().formatHex(token.getBytes(US_ASCII)),
            "dinofs-key:1:" + bits,
            HexFormat.of().formatHex(("dinofs-key:1:" + bits).getBytes(US_ASCII)),
            "-----BEGIN PRIVATE KEY-----")) {
      Outcome outcome = look("12:00 WARN what came was <" + secret + ">");
      assertEquals(1, outcome.status(), outcome::said);
      assertTrue(outcome.said().contains("a.log:2"), outcome::said);
      assertFalse(outcome.said().contains(secret), outcome::said);
    }
  }

  @Test
  void whatIsNoSecretIsLeftAlone() throws Exception {
    String names = "token of node.1, file~, a~b, blob " + "0123456789abcdef".repeat(4);
    assertEquals(new Outcome(0, ""), look(names));
  }
}
