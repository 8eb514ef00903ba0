package io.dinofs.store.disk;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Small files with secrets, which nobody may reach but their owner. */
public final class PrivateFile {
  private static final Set<PosixFilePermission> OF_OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateFile() {}

  /**
   * The text of the file, a character for each byte.
   *
   * @throws DinofsException INVALID, with what to do, if others than its owner have any permission
   *     for the file, or it is longer than {@code maxBytes}
   * @throws IOException if it cannot be read
   */
  public static String read(Path file, int maxBytes) throws IOException {
    if (!OF_OWNER.containsAll(Files.getPosixFilePermissions(file))) {
      throw new DinofsException(
          ErrorKind.INVALID,
          file + " has a secret that others than its owner can reach: chmod 600 it");
    }
    if (Files.size(file) > maxBytes) {
      throw new DinofsException(
          ErrorKind.INVALID, file + " has something else than a secret: it is too long");
    }
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /**
   * Puts a file in the place of what is there, if anything is; it is the old one or the new one at
   * any moment, also after a crash.
   *
   * @throws IOException if that was not possible; then it is the old one
   */
  public static void replace(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path beside =
        Files.createTempFile(
            directory,
            file.getFileName() + ".",
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(text);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
    Syncs.force(directory);
  }
}
