package io.dinofs.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node shows when a server has refused what it has shown. */
final class ShownTokenTest {
  private final Secret first = Secret.random("node1");
  private final Secret second = Secret.random("node1");

  @TempDir Path directory;

  private Path write(Secret secret) throws IOException {
    Path file = directory.resolve("token");
    Files.writeString(file, secret.reveal());
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void theFileIsReadAgainWhenItsTokenIsRefused() throws IOException {
    ShownToken token = ShownToken.in(write(first));
    assertFalse(token.renew(first), "there is no other");
    write(second);
    assertEquals(first.reveal(), token.current().reveal());
    assertTrue(token.renew(first));
    assertEquals(second.reveal(), token.current().reveal());
    assertTrue(token.renew(first), "who was refused before that has another one to show");
    assertFalse(token.renew(second));
  }

  @Test
  void aFileThatCannotBeUsedLeavesTheTokenAsItIs() throws IOException {
    Path file = write(first);
    ShownToken token = ShownToken.in(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertFalse(token.renew(first));
    Files.delete(file);
    assertFalse(token.renew(first));
    assertEquals(first.reveal(), token.current().reveal());
  }

  @Test
  void whatDoesNotComeFromAFileStaysAsItIs() {
    assertFalse(ShownToken.of(first).renew(first));
  }
}
