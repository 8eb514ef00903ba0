package io.dinofs.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateDirectoryTest {
  private Path directory;

  @BeforeEach
  void name(@TempDir Path temporary) {
    directory = temporary.resolve("directory");
  }

  private void make(String permissions) throws IOException {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
  }

  private String permissions() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }

  @Test
  void aNewOneIsPrivate() throws IOException {
    PrivateDirectory.make(directory);
    assertEquals("rwx------", permissions());
  }

  @Test
  void anEmptyOneBecomesPrivate() throws IOException {
    make("rwxr-xr-x");
    Files.createDirectory(directory.resolve("lost+found"));
    PrivateDirectory.make(directory);
    assertEquals("rwx------", permissions());
  }

  @Test
  void onePrivateToItsOwnerIsTakenWhateverIsInIt() throws IOException {
    make("r-x------");
    PrivateDirectory.make(directory);
    assertEquals("r-x------", permissions());
  }

  @Test
  void oneThatHoldsSomethingAndIsOpenToOthersIsRefusedAndLeftAlone() throws IOException {
    make("rwx--x---");
    Files.createFile(directory.resolve("file"));
    DinofsException refused =
        assertThrows(DinofsException.class, () -> PrivateDirectory.make(directory));
    assertEquals(ErrorKind.ACCESS_DENIED, refused.kind());
    assertTrue(refused.getMessage().contains("chmod 700 " + directory), refused::getMessage);
    assertEquals("rwx--x---", permissions());
  }

  @Test
  void anythingElseThanADirectoryIsRefused() throws IOException {
    Files.createFile(directory);
    assertThrows(IOException.class, () -> PrivateDirectory.make(directory));
  }
}
