package io.dinofs.store.paired;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Fuzz;
import io.dinofs.store.Key;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PendingLineTest {
  private static String text(PendingLine line) {
    return line.encode().stripTrailing();
  }

  /** A checksum of 32 bits lets nothing through by chance here. */
  @Test
  void aLineIsWholeOrNone() {
    PendingLine added = new PendingLine(true, Key.of("key"));
    PendingLine removed = new PendingLine(false, Key.of("another"));
    Set<String> lines = Set.of(text(added), text(removed));
    Fuzz.feed(
        Set.of(),
        lines.stream().map(line -> line.getBytes(ISO_8859_1)).toList(),
        input -> {
          String line = new String(input, ISO_8859_1);
          Optional<PendingLine> read = PendingLine.decode(line);
          assertEquals(lines.contains(line), read.isPresent(), line);
        });
    assertEquals(List.of(added), PendingLine.decode(text(added)).stream().toList());
  }
}
