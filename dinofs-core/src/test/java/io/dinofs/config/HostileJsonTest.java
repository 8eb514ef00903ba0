package io.dinofs.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON that nobody wrote. */
final class HostileJsonTest {
  private static final int ROUNDS = 500;
  private static final int DEPTH = 100_000;

  private static final String NUMBER = "{\"listen\":" + "9".repeat(DEPTH) + "}";
  private static final String NESTED = "{\"listen\":" + "[".repeat(DEPTH) + "}";
  private static final List<String> VALID =
      List.of(
          "{\"listen\":\"127.0.0.1:3003\",\"lease\":5,\"insecure\":true}",
          "{\"insecure\":false, \"listen\" : \"\\u00fc\\n\" }",
          "{}");

  /** What the file may say. */
  record Sample(String listen, Integer lease, Boolean insecure) {}

  private static List<byte[]> valid() {
    return VALID.stream().map(text -> text.getBytes(UTF_8)).toList();
  }

  @Test
  void aConfigurationFileIsReadOrRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("config");
    Fuzz.Reader reader =
        input -> {
          Files.write(file, input);
          Sample unused = ConfigurationFile.read(file, Sample.class);
        };
    Fuzz.feed(ROUNDS, Set.of(ErrorKind.INVALID), valid(), reader);
  }

  @Test
  void aLineIsReadOrCorrupt() {
    Fuzz.feed(
        Set.of(ErrorKind.CORRUPT),
        valid(),
        input -> {
          JsonLine unused = JsonLine.parse(new String(input, ISO_8859_1));
        });
  }

  @Test
  void depthAndLengthWithoutEndAreRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("config");
    for (String text : List.of(NUMBER, NESTED)) {
      Files.writeString(file, text);
      DinofsException refused =
          assertThrows(DinofsException.class, () -> ConfigurationFile.read(file, Sample.class));
      assertEquals(ErrorKind.INVALID, refused.kind());
      assertThrows(CorruptRecordException.class, () -> JsonLine.parse(text));
    }
  }
}
