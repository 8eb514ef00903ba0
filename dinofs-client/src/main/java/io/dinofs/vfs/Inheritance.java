package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a new inode gets from its directory and its creator: inode(7) for the group, acl(5) for the
 * access control lists.
 *
 * @param mode the twelve permission bits
 * @param xattrs the extended attributes that it begins with
 */
record Inheritance(int mode, int gid, Map<Bytes, Bytes> xattrs) {
  private static final int PERMISSION_BITS = 0777;

  /**
   * @param mode what the creator asks for; its umask counts only if the directory has no default
   *     list
   */
  static Inheritance of(
      Transaction transaction, Caller caller, InodeId parent, FileType type, int mode)
      throws DinofsException {
    Attributes directory = transaction.directory(parent);
    boolean inheritsGroup = (directory.mode() & Privileges.SET_GID) != 0;
    int gid = inheritsGroup ? directory.gid() : caller.gid();
    boolean isDirectory = type == FileType.DIRECTORY;
    int wanted = inheritsGroup && isDirectory ? mode | Privileges.SET_GID : mode;
    if (type == FileType.SYMLINK) {
      return new Inheritance(wanted, gid, Map.of());
    }
    Optional<Bytes> defaultList =
        new CommittedXattrs(transaction, parent, directory.xattrs()).get(Acl.DEFAULT);
    if (defaultList.isEmpty()) {
      return new Inheritance(wanted & ~caller.umask(), gid, Map.of());
    }
    Acl access = Acl.decode(defaultList.get()).inherited(wanted);
    Map<Bytes, Bytes> xattrs = new LinkedHashMap<>();
    if (!access.isMode()) {
      xattrs.put(Acl.ACCESS, access.encode());
    }
    if (isDirectory) {
      xattrs.put(Acl.DEFAULT, defaultList.get());
    }
    return new Inheritance((wanted & ~PERMISSION_BITS) | access.mode(), gid, xattrs);
  }
}
