package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Permission checks as path_resolution(7) and inode(7) describe them, for the moments when the
 * kernel's own check may be out of date.
 */
final class Permissions {
  static final int READ = 4;
  static final int WRITE = 2;
  static final int SEARCH = 1;

  static final int SET_UID = 04000;
  static final int SET_GID = 02000;
  static final int GROUP_EXECUTE = 00010;
  private static final int STICKY = 01000;

  private Permissions() {}

  /**
   * @param wanted an or of READ, WRITE and SEARCH
   * @throws DinofsException ACCESS_DENIED
   */
  static void require(Caller caller, Attributes attributes, int wanted) throws DinofsException {
    if (caller.isRoot()) {
      return;
    }
    int granted;
    if (caller.uid() == attributes.uid()) {
      granted = attributes.mode() >> 6;
    } else if (isMember(caller, attributes.gid())) {
      granted = attributes.mode() >> 3;
    } else {
      granted = attributes.mode();
    }
    if ((granted & wanted) != wanted) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "uid %d has no permission on mode %o".formatted(caller.uid(), attributes.mode()));
    }
  }

  /**
   * @throws DinofsException NOT_PERMITTED
   */
  static void requireOwner(Caller caller, Attributes attributes) throws DinofsException {
    if (!caller.isRoot() && caller.uid() != attributes.uid()) {
      throw new DinofsException(
          ErrorKind.NOT_PERMITTED, "uid " + caller.uid() + " is not the owner");
    }
  }

  /**
   * Whether {@code caller} may change entries of {@code directory}.
   *
   * @throws DinofsException ACCESS_DENIED
   */
  static void requireChangeable(Caller caller, Attributes directory) throws DinofsException {
    require(caller, directory, WRITE | SEARCH);
  }

  /**
   * Whether {@code caller} may remove {@code child} from {@code directory}: in a sticky directory
   * only the owner of either may.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED
   */
  static void requireRemovable(Caller caller, Attributes directory, Attributes child)
      throws DinofsException {
    requireChangeable(caller, directory);
    if ((directory.mode() & STICKY) != 0 && caller.uid() != directory.uid()) {
      requireOwner(caller, child);
    }
  }

  /**
   * Whether {@code gid} is the caller's group or one of its supplementary groups, which proc(5)
   * tells.
   */
  private static boolean isMember(Caller caller, int gid) {
    if (caller.gid() == gid) {
      return true;
    }
    if (caller.pid() == 0) {
      return false;
    }
    String wanted = Integer.toUnsignedString(gid);
    try {
      for (String line :
          Files.readAllLines(
              Path.of("/proc/" + caller.pid() + "/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("Groups:")) {
          return List.of(line.substring("Groups:".length()).trim().split("\\s+")).contains(wanted);
        }
      }
    } catch (IOException e) {
      // The process is gone, and with it whoever could be denied anything.
    }
    return false;
  }
}
