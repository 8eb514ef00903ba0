package io.dinofs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MountPointTest {
  /** A machine whose mounts are a list. */
  private static final class ListedMounts implements MountSystem {
    private final List<MountTable.Entry> entries = new ArrayList<>();
    private final List<Path> detached = new ArrayList<>();
    private boolean dead;

    void add(Path mountPoint, String type) {
      entries.add(new MountTable.Entry(mountPoint.toString(), type));
    }

    @Override
    public MountTable mounts() {
      return new MountTable(entries);
    }

    @Override
    public boolean isDead(Path mountPoint) {
      return dead;
    }

    @Override
    public void unmount(Path mountPoint) {
      throw new AssertionError("only a dead mount is taken away, and that lazily");
    }

    @Override
    public void detach(Path mountPoint) {
      detached.add(mountPoint);
      entries.remove(entries.size() - 1);
    }
  }

  private final ListedMounts system = new ListedMounts();
  @TempDir private Path temporary;
  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("mnt"));
  }

  private DinofsException refusal(Path path) {
    return assertThrows(DinofsException.class, () -> MountPoint.check(path, system));
  }

  private void assertRefused(Path path, ErrorKind kind, String reason) {
    DinofsException refusal = refusal(path);
    assertEquals(kind, refusal.kind());
    assertEquals("cannot mount on " + path + ": " + reason, refusal.getMessage());
  }

  @Test
  void anEmptyDirectoryIsTaken() throws DinofsException {
    assertEquals(directory, MountPoint.check(directory, system).path());
  }

  @Test
  void aSymbolicLinkToADirectoryStandsForTheDirectory() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
    assertEquals(directory, MountPoint.check(link, system).path());
  }

  @Test
  void whatDoesNotExistIsRefused() {
    assertRefused(directory.resolve("none"), ErrorKind.NOT_FOUND, "no such directory");
  }

  @Test
  void aFileIsRefused() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertRefused(file, ErrorKind.NOT_DIRECTORY, "not a directory");
  }

  @Test
  void aDirectoryWithSomethingInItIsRefused() throws IOException {
    Files.createFile(directory.resolve("file"));
    assertRefused(directory, ErrorKind.NOT_EMPTY, "not empty");
  }

  @Test
  void whatIsMountedAlreadyIsRefused() {
    system.add(directory, "tmpfs");
    assertRefused(directory, ErrorKind.BUSY, "already mounted, with type tmpfs");
  }

  @Test
  void aLivingDinofsIsLeftAlone() {
    system.add(directory, MountTable.DINOFS_TYPE);
    assertRefused(directory, ErrorKind.BUSY, "already mounted, with type fuse.dinofs");
    assertEquals(List.of(), system.detached);
  }

  @Test
  void whatDeadProcessesHaveLeftMountedIsTakenAway() throws DinofsException {
    system.add(directory, MountTable.DINOFS_TYPE);
    system.add(directory, MountTable.DINOFS_TYPE);
    system.dead = true;
    MountPoint.check(directory, system);
    assertEquals(List.of(directory, directory), system.detached);
  }

  @Test
  void theDeadMountOfAnotherFileSystemIsNotOursToTakeAway() {
    system.add(directory, "fuse.sshfs");
    system.dead = true;
    assertRefused(directory, ErrorKind.BUSY, "already mounted, with type fuse.sshfs");
  }

  @Test
  void aDirectoryInsideAnotherDinofsIsRefused() {
    Path outer = directory.getParent();
    system.add(outer, MountTable.DINOFS_TYPE);
    assertRefused(directory, ErrorKind.BUSY, "it is inside the dinofs mount " + outer);
  }

  @Test
  void aMountPointCoversWhatIsInItAndItself() throws DinofsException {
    MountPoint mountPoint = MountPoint.check(directory, system);
    assertTrue(mountPoint.covers(directory));
    assertTrue(mountPoint.covers(directory.resolve("a/../b/not-there")));
    assertFalse(mountPoint.covers(directory.resolveSibling("mnt2")));
    assertFalse(mountPoint.covers(directory.resolve("..")));
  }
}
