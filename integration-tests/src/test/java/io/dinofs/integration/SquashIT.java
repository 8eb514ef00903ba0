package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/** A node on which root is nobody, beside one on which it is root. */
@OnEachFrontend
final class SquashIT {
  private static final int NOBODY = 65_534;

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("plain");

  private final Node plain = CLUSTER.node("plain");
  private final Node squashed = CLUSTER.node("squashed");

  @BeforeEach
  void mount() throws IOException {
    assumeTrue(Posix.isRoot(), "only root is taken for somebody else");
    if (squashed.program() == null) {
      Files.setPosixFilePermissions(plain.mount(), PosixFilePermissions.fromString("rwxrwxrwx"));
      squashed.start("--squash", "root");
    }
  }

  private static void chmod(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void rootIsNobodyAndSeesWhatNobodySees() throws IOException {
    Path secrets = Files.createDirectory(plain.path("secrets"));
    Files.writeString(secrets.resolve("secret"), "secret");
    Files.writeString(plain.path("public"), "public");

    assertEquals("secret", Files.readString(squashed.path("secrets/secret")));
    chmod(secrets, "rwx------");
    assertThrows(
        AccessDeniedException.class, () -> Files.readString(squashed.path("secrets/secret")));
    assertNull(squashed.path("secrets").toFile().list());
    assertEquals("public", Files.readString(squashed.path("public")));
    assertThrows(
        AccessDeniedException.class, () -> Files.writeString(squashed.path("public"), "mine"));
    assertThrows(FileSystemException.class, () -> chmod(squashed.path("public"), "rwxrwxrwx"));
    Files.writeString(squashed.path("own"), "own");
    assertEquals(NOBODY, Files.getAttribute(plain.path("own"), "unix:uid"));
    chmod(squashed.path("own"), "rw-------");
    Files.writeString(squashed.path("own"), "still own");
    assertEquals("still own", Files.readString(plain.path("own")));
    Files.delete(squashed.path("own"));
  }

  /** One call of each kind, which another part of a frontend serves. */
  @Test
  void whatOnlyTheOwnerMayDoIsRefusedToRoot() throws IOException {
    Path owned = Files.createDirectory(plain.path("owned"));
    Files.writeString(owned.resolve("file"), "text");
    Path directory = squashed.path("owned");
    Path file = directory.resolve("file");

    assertEquals("text", Files.readString(file));
    assertTrue(Files.isReadable(file));
    assertFalse(Files.isWritable(file));
    assertFalse(Files.isExecutable(file));
    assertRefused(() -> Files.createFile(directory.resolve("new")));
    assertRefused(() -> Files.createDirectory(directory.resolve("new")));
    assertRefused(() -> Files.createSymbolicLink(directory.resolve("new"), Path.of("file")));
    assertRefused(() -> Files.createLink(directory.resolve("new"), file));
    assertRefused(() -> Files.move(file, squashed.path("moved")));
    assertRefused(() -> Files.delete(file));
    assertRefused(() -> Files.setLastModifiedTime(file, FileTime.fromMillis(0)));
    assertRefused(() -> Files.setAttribute(file, "unix:uid", NOBODY));
    assertRefused(() -> Files.setAttribute(file, "user:note", new byte[] {1}));
  }

  private static void assertRefused(Executable call) {
    assertThrows(FileSystemException.class, call);
  }
}
