package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Permission checks as path_resolution(7) and inode(7) describe them, for the moments when the
 * kernel's own check may be out of date.
 */
final class Permissions {
  static final int READ = 4;
  static final int WRITE = 2;
  static final int SEARCH = 1;

  private static final int STICKY = 01000;

  private Permissions() {}

  /**
   * @param wanted an or of READ, WRITE and SEARCH
   * @throws DinofsException ACCESS_DENIED
   */
  static void require(
      Transaction transaction, Caller caller, InodeId inode, Attributes attributes, int wanted)
      throws DinofsException {
    if (caller.isRoot()) {
      return;
    }
    Optional<Bytes> list =
        new CommittedXattrs(transaction, inode, attributes.xattrs()).get(Acl.ACCESS);
    boolean granted =
        list.isPresent()
            ? Acl.decode(list.get()).permits(caller, attributes.uid(), attributes.gid(), wanted)
            : (grantedByMode(caller, attributes) & wanted) == wanted;
    if (!granted) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED,
          "uid %d has no permission on mode %o".formatted(caller.uid(), attributes.mode()));
    }
  }

  private static int grantedByMode(Caller caller, Attributes attributes) {
    if (caller.uid() == attributes.uid()) {
      return attributes.mode() >> 6;
    }
    return isMember(caller, attributes.gid()) ? attributes.mode() >> 3 : attributes.mode();
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
   * The attributes of a directory whose entries {@code caller} may change.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_FOUND, NOT_DIRECTORY
   */
  static Attributes requireChangeable(Transaction transaction, Caller caller, InodeId directory)
      throws DinofsException {
    Attributes attributes = transaction.directory(directory);
    require(transaction, caller, directory, attributes, WRITE | SEARCH);
    return attributes;
  }

  /**
   * Whether {@code caller} may remove {@code child} from {@code directory}: in a sticky directory
   * only the owner of either may.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED, NOT_FOUND, NOT_DIRECTORY
   */
  static void requireRemovable(
      Transaction transaction, Caller caller, InodeId directory, Attributes child)
      throws DinofsException {
    Attributes attributes = requireChangeable(transaction, caller, directory);
    if ((attributes.mode() & STICKY) != 0 && caller.uid() != attributes.uid()) {
      requireOwner(caller, child);
    }
  }

  /**
   * Whether {@code gid} is the caller's group or one of its supplementary groups, which proc(5)
   * tells.
   */
  static boolean isMember(Caller caller, int gid) {
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
