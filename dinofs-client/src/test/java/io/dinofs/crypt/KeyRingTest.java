package io.dinofs.crypt;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key files, and the keys in them. */
class KeyRingTest {
  @TempDir Path directory;

  private static void assertRefused(ErrorKind kind, String reason, Path file) {
    DinofsException e = assertThrows(DinofsException.class, () -> KeyRing.open(file));
    assertEquals(kind, e.kind());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void aNewFileIsForItsOwnerAloneAndIsNotOverwritten() throws IOException {
    Path file = directory.resolve("keys");
    KeyFile.create(file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String text = Files.readString(file);
    assertEquals(
        ErrorKind.EXISTS, assertThrows(DinofsException.class, () -> KeyFile.create(file)).kind());
    assertEquals(text, Files.readString(file));
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedWithoutBeingShown() throws IOException {
    Path file = directory.resolve("keys");
    assertRefused(ErrorKind.NOT_FOUND, "dinofs key new", file);
    String almost = VolumeKey.random().reveal() + "x";
    PrivateFile.replace(file, "# comment\n\n" + almost + "\n");
    assertRefused(ErrorKind.INVALID, "no key in line 3", file);
    DinofsException e = assertThrows(DinofsException.class, () -> KeyRing.open(file));
    assertFalse(e.toString().contains(almost.substring(20, 30)), e.toString());
    PrivateFile.replace(file, "# nothing else\n");
    assertRefused(ErrorKind.INVALID, "no key", file);
    PrivateFile.replace(file, "x".repeat(100_000));
    assertRefused(ErrorKind.INVALID, "too long", file);
  }

  @Test
  void aFileThatOthersCanReadIsRefused() throws IOException {
    Path file = directory.resolve("keys");
    KeyFile.create(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(ErrorKind.INVALID, "chmod 600", file);
  }

  @Test
  void aKeyThatIsAddedLaterIsFoundWhenItIsNeeded() throws IOException {
    Path file = directory.resolve("keys");
    KeyFile.create(file);
    KeyRing early = KeyRing.open(file);
    KeyFile.add(file);
    VolumeKey added = KeyRing.open(file).newest();
    assertFalse(early.has(added.id()));
    await().ignoreExceptions().until(() -> early.find(added.id()).id() == added.id());
    assertFalse(early.newest().id() == added.id(), "a key takes over at a mount");
  }

  @Test
  void nothingShowsAKeyButItsFile() {
    VolumeKey key = VolumeKey.random();
    assertFalse(key.toString().contains(key.reveal().substring(VolumeKey.PREFIX.length())));
    assertEquals(key.id(), VolumeKey.parse(key.reveal()).id());
  }
}
