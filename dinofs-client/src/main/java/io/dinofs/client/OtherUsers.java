package io.dinofs.client;

import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether users other than the one who mounts may use the mount. */
final class OtherUsers {
  private static final Path FUSE_CONF = Path.of("/etc/fuse.conf");
  private static final String PERMISSION = "user_allow_other";

  private OtherUsers() {}

  /**
   * What the settings say, or else whether it is possible.
   *
   * @throws DinofsException NOT_PERMITTED if it is wanted and not possible
   */
  static boolean allowed(ClientSettings settings) throws DinofsException {
    boolean wanted = settings.allowOther().orElse(true);
    boolean possible = wanted && (LinuxProcess.isRoot() || isPermitted(FUSE_CONF));
    if (wanted && !possible && settings.allowOther().isPresent()) {
      throw new DinofsException(
          ErrorKind.NOT_PERMITTED,
          "--allow-other needs the line " + PERMISSION + " in " + FUSE_CONF);
    }
    return possible;
  }

  /** Whether the file has the line: fusermount(1). */
  static boolean isPermitted(Path fuseConf) {
    try {
      return Files.readAllLines(fuseConf, StandardCharsets.ISO_8859_1).stream()
          .anyMatch(line -> line.strip().equals(PERMISSION));
    } catch (IOException e) {
      // As for fusermount: without the file nothing is permitted.
      return false;
    }
  }
}
