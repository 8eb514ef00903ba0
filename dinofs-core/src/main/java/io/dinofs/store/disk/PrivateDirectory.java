package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Directories that nobody gets into but their owner: what is in them is not for every user. */
public final class PrivateDirectory {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** What a new file system has at its top, mke2fs(8). */
  private static final String LOST_AND_FOUND = "lost+found";

  private PrivateDirectory() {}

  /**
   * Makes the directory if it is not there. One that is there and empty becomes private; one that
   * holds something is left as it is, and has to be private: it could be anything.
   *
   * @throws DinofsException ACCESS_DENIED, with what to do, if others may get into it
   * @throws IOException if it can't be made or looked at
   */
  public static void make(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
    if (OWNER_ONLY.containsAll(permissions)) {
      return;
    }
    if (!isEmpty(directory)) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "others may get into %s (%s): name a new or empty directory, or if this is dinofs's: chmod 700 %s"
              .formatted(directory, PosixFilePermissions.toString(permissions), directory));
    }
    Files.setPosixFilePermissions(directory, OWNER_ONLY);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!file.endsWith(LOST_AND_FOUND)) {
          return false;
        }
      }
      return true;
    }
  }
}
