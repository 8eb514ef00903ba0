package io.dinofs.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheDirectoryTest {
  private static final VolumeId VOLUME = VolumeId.random();

  @TempDir private Path temporary;

  private ErrorKind refusal(Path path, VolumeId volume) {
    return assertThrows(DinofsException.class, () -> CacheDirectory.open(path, volume)).kind();
  }

  @Test
  void oneThatIsNotThereIsMadeForItsOwnerOnly() throws IOException {
    Path path = temporary.resolve("a/b");
    try (CacheDirectory directory = CacheDirectory.open(path, VOLUME)) {
      assertEquals(path, directory.path());
      assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
  }

  @Test
  void asLongAsOneHasItNobodyElseGetsIt() throws DinofsException {
    try (CacheDirectory directory = CacheDirectory.open(temporary, VOLUME)) {
      assertEquals(ErrorKind.BUSY, refusal(directory.path(), VOLUME));
    }
    CacheDirectory.open(temporary, VOLUME).close();
  }

  @Test
  void itBelongsToTheVolumeThatHadItFirst() throws DinofsException {
    CacheDirectory.open(temporary, VOLUME).close();
    assertEquals(ErrorKind.WRONG_VOLUME, refusal(temporary, VolumeId.random()));
    CacheDirectory.open(temporary, VOLUME).close();
  }

  @Test
  void aFileIsNone() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertEquals(ErrorKind.IO, refusal(file, VOLUME));
  }

  @Test
  void onlyALineOfItsOwnPermitsOtherUsers() throws IOException {
    Path conf = temporary.resolve("fuse.conf");
    assertEquals(false, OtherUsers.isPermitted(conf));
    Files.writeString(conf, "#user_allow_other\nmount_max = 9\n");
    assertEquals(false, OtherUsers.isPermitted(conf));
    Files.writeString(conf, "mount_max = 9\nuser_allow_other\n");
    assertEquals(true, OtherUsers.isPermitted(conf));
  }
}
