package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MountTableTest {
  private static final MountTable TABLE =
      MountTable.parse(
          """
          22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
          36 22 0:33 / /mnt/a rw,nosuid master:7 propagate_from:2 - fuse.dinofs dinofs:1 rw
          37 22 0:34 / /mnt/with\\040space\\134 rw - tmpfs none rw
          38 36 0:35 / /mnt/a rw - fuse.sshfs host: rw
          """);

  private static Optional<String> typeAt(String path) {
    return TABLE.at(Path.of(path)).map(MountTable.Entry::type);
  }

  private static Optional<String> typeCovering(String path) {
    return TABLE.covering(Path.of(path)).map(MountTable.Entry::type);
  }

  @Test
  void theLastMountOnADirectoryIsTheOneThatIsSeen() {
    assertEquals(Optional.of("fuse.sshfs"), typeAt("/mnt/a"));
    assertEquals(Optional.of("fuse.sshfs"), typeCovering("/mnt/a/b"));
  }

  @Test
  void aDirectoryBesideAMountPointWithTheSameBeginningIsNotOnIt() {
    assertEquals(Optional.empty(), typeAt("/mnt/ab"));
    assertEquals(Optional.of("ext4"), typeCovering("/mnt/ab"));
  }

  @Test
  void escapedCharactersOfAMountPointAreUnderstood() {
    assertEquals(Optional.of("tmpfs"), typeAt("/mnt/with space\\"));
  }

  @Test
  void theTableOfThisMachineCanBeRead() throws IOException {
    assertTrue(MountTable.read().covering(Path.of("/proc")).isPresent());
  }
}
