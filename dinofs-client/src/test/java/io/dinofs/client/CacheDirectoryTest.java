package io.dinofs.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void aTemporaryOneGoesUnlessItHoldsWhatIsNeeded() throws IOException {
    MemoryDirectories directories = new MemoryDirectories(temporary);
    Path gone = directories.make();
    CacheDirectory.openTemporary(gone, VOLUME).close();
    assertTrue(Files.notExists(gone));

    Path kept = directories.make();
    CacheDirectory pending = CacheDirectory.openTemporary(kept, VOLUME);
    pending.keep();
    pending.close();
    assertTrue(Files.exists(kept));

    Path lost = directories.make();
    CacheDirectory unsaved = CacheDirectory.openTemporary(lost, VOLUME);
    Files.createDirectories(lost.resolve("lost+found/inode-7"));
    unsaved.close();
    assertTrue(Files.exists(lost));
  }

  @Test
  void whatKilledProcessesHaveLeftGoesAndWhatIsInUseStays() throws IOException {
    MemoryDirectories directories = new MemoryDirectories(temporary);
    Path left = directories.make();
    CacheDirectory.open(left, VOLUME).close();
    Files.createFile(Files.createDirectory(left.resolve("blobs")).resolve("blob"));
    Path other = Files.createDirectory(temporary.resolve("dinofs-of-somebody"));
    Path link = Files.createSymbolicLink(temporary.resolve("dinofs-link"), other);
    Files.createFile(other.resolve("file"));
    Path own = directories.make();
    try (CacheDirectory used = CacheDirectory.open(directories.make(), VOLUME)) {
      directories.removeLeft(own);
      assertTrue(Files.exists(used.path()));
    }
    assertTrue(Files.notExists(left));
    assertTrue(Files.exists(other.resolve("file")));
    assertTrue(Files.exists(link));
    assertTrue(Files.exists(own));
  }

  @Test
  void aLogInMemoryIsNoneOfSomebodyElses() throws IOException {
    MemoryDirectories directories = new MemoryDirectories(temporary);
    Path log = directories.log("x");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
    assertEquals(log, directories.log("x"));
    Path trap = directories.log("trap");
    Files.delete(trap);
    Files.createSymbolicLink(trap, log);
    assertThrows(IOException.class, () -> directories.log("trap"));
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
