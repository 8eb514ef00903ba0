package io.dinofs.access;

import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenFileTest {
  private static final int ROUNDS = 500;
  private static final String LINES =
      """
      {"node":"one","role":"admin","added":"2026-01-02T03:04:05Z","hash":"$2a$10$abcdefghijklmnop"}
      {"node":"two","role":"read-only","added":"2026-01-02T03:04:05Z","hash":"$2a$10$abcdefghijklm"}
      """;

  @Test
  void aFileThatNobodyWroteIsCorrupt(@TempDir Path directory) {
    Path path = directory.resolve("tokens");
    TokenFile file = new TokenFile(path);
    Fuzz.feed(
        ROUNDS,
        Set.of(ErrorKind.CORRUPT),
        List.of(LINES.getBytes(StandardCharsets.UTF_8)),
        input -> {
          Files.write(path, input);
          List<TokenFile.Listed> unused = file.list();
        });
  }
}
