package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
    if (CLUSTER.frontend() == Frontend.KERNEL && squashed.program() == null) {
      Files.setPosixFilePermissions(plain.mount(), PosixFilePermissions.fromString("rwxrwxrwx"));
      squashed.start("--squash", "root");
    }
  }

  private static void chmod(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void libfuseDoesNotKnowIt() {
    assumeTrue(CLUSTER.frontend() == Frontend.JNR);
    IOException e = assertThrows(IOException.class, () -> squashed.start("--squash", "root"));
    assertTrue(String.valueOf(e.getMessage()).contains("--fuse kernel"), e::getMessage);
  }

  @Test
  void rootIsNobodyAndSeesWhatNobodySees() throws IOException {
    assumeTrue(CLUSTER.frontend() == Frontend.KERNEL);
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
}
