package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;

/**
 * What the kernel checks before it asks, for callers that are not who the kernel takes them for: as
 * path_resolution(7), inode(7), xattr(7) and the kernel's setattr_prepare have it. Safe for any
 * number of threads.
 */
public final class CallerChecks {
  private static final int SET_GROUP_ID = 02000;
  private static final int STICKY = 01000;
  private static final Bytes USER = Bytes.utf8("user.");
  private static final Bytes SYSTEM = Bytes.utf8("system.");
  private static final Bytes TRUSTED = Bytes.utf8("trusted.");
  private static final Bytes SECURITY = Bytes.utf8("security.");

  private final FileSystem files;

  public CallerChecks(FileSystem files) {
    this.files = files;
  }

  /**
   * access(2).
   *
   * @param wanted an or of R_OK (4), W_OK (2) and X_OK (1)
   * @throws DinofsException ACCESS_DENIED, NOT_FOUND
   */
  public void access(Caller caller, InodeId inode, int wanted) throws DinofsException {
    if (wanted != 0) {
      files.requireAccess(caller, inode, wanted);
    }
  }

  /** A name is looked up. */
  public void search(Caller caller, InodeId directory) throws DinofsException {
    access(caller, directory, Permissions.SEARCH);
  }

  /** A directory is listed, or a file is read. */
  public void read(Caller caller, InodeId inode) throws DinofsException {
    access(caller, inode, Permissions.READ);
  }

  /** A name is added to a directory. */
  public void add(Caller caller, InodeId directory) throws DinofsException {
    access(caller, directory, Permissions.WRITE | Permissions.SEARCH);
  }

  /**
   * A device is made: see mknod(2).
   *
   * @throws DinofsException NOT_PERMITTED but for root
   */
  public void addNode(Caller caller, InodeId directory, FileType type) throws DinofsException {
    add(caller, directory);
    boolean device = type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE;
    if (device && !caller.isRoot()) {
      throw notPermitted(caller, "make a device");
    }
  }

  /** A name is removed from a directory: in a sticky one only by the owner of either. */
  public void remove(Caller caller, InodeId directory, Name name) throws DinofsException {
    add(caller, directory);
    requireRemovable(caller, directory, files.lookup(directory, name).attributes());
  }

  private void requireRemovable(Caller caller, InodeId directory, Attributes child)
      throws DinofsException {
    Attributes attributes = files.getAttributes(directory);
    if ((attributes.mode() & STICKY) != 0 && caller.uid() != attributes.uid()) {
      Permissions.requireOwner(caller, child);
    }
  }

  /** Two names change places. */
  public void exchange(Caller caller, InodeId one, Name name, InodeId other, Name otherName)
      throws DinofsException {
    move(caller, one, name, other);
    move(caller, other, otherName, one);
  }

  /** rename(2): what has the new name is removed. */
  public void rename(Caller caller, InodeId from, Name name, InodeId to, Name newName)
      throws DinofsException {
    move(caller, from, name, to);
    try {
      remove(caller, to, newName);
    } catch (DinofsException e) {
      if (e.kind() != ErrorKind.NOT_FOUND) {
        throw e;
      }
    }
  }

  private void move(Caller caller, InodeId from, Name name, InodeId to) throws DinofsException {
    add(caller, from);
    FileSystem.Node moved = files.lookup(from, name);
    requireRemovable(caller, from, moved.attributes());
    if (!from.equals(to) && moved.attributes().isDirectory()) {
      access(caller, moved.inode(), Permissions.WRITE); // its ".." changes
    }
  }

  /**
   * chmod(2), chown(2), truncate(2), utimensat(2).
   *
   * @param opened whether a size is changed through a file that is open for writing
   * @return the change, without what the caller cannot have: the set-group-ID bit of a group that
   *     it is not in
   * @throws DinofsException NOT_PERMITTED, ACCESS_DENIED
   */
  public AttributeChange change(
      Caller caller, InodeId inode, AttributeChange change, boolean opened) throws DinofsException {
    if (caller.isRoot()) {
      return change;
    }
    Attributes attributes = files.getAttributes(inode);
    boolean owner = caller.uid() == attributes.uid();
    boolean gives = change.uid().isPresent() && change.uid().getAsInt() != attributes.uid();
    boolean leaves =
        change.gid().isPresent()
            && change.gid().getAsInt() != attributes.gid()
            && !Permissions.isMember(caller, change.gid().getAsInt());
    boolean ownersOnly =
        change.mode().isPresent()
            || change.uid().isPresent()
            || change.gid().isPresent()
            || change.atime().filter(AttributeChange.At.class::isInstance).isPresent()
            || change.mtime().filter(AttributeChange.At.class::isInstance).isPresent();
    if (gives || leaves || (ownersOnly && !owner)) {
      throw notPermitted(caller, "change that of inode " + inode);
    }
    boolean touches = change.atime().isPresent() || change.mtime().isPresent();
    if (change.size().isPresent() ? !opened : touches && !owner) {
      access(caller, inode, Permissions.WRITE);
    }
    return withoutForeignGroup(caller, attributes, change);
  }

  private static AttributeChange withoutForeignGroup(
      Caller caller, Attributes attributes, AttributeChange change) {
    if (change.mode().isEmpty()
        || attributes.isDirectory()
        || Permissions.isMember(caller, change.gid().orElse(attributes.gid()))) {
      return change;
    }
    return change.withMode(change.mode().getAsInt() & ~SET_GROUP_ID);
  }

  /**
   * An extended attribute is read.
   *
   * @throws DinofsException ACCESS_DENIED; NO_ATTRIBUTE for those that only root sees
   */
  public void readXattr(Caller caller, InodeId inode, Bytes name) throws DinofsException {
    if (name.startsWith(USER)) {
      read(caller, inode);
    } else if (name.startsWith(TRUSTED) && !caller.isRoot()) {
      throw new DinofsException(ErrorKind.NO_ATTRIBUTE, name + " is for root");
    }
  }

  /**
   * An extended attribute is set or removed.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED
   */
  public void changeXattr(Caller caller, InodeId inode, Bytes name) throws DinofsException {
    if (caller.isRoot()) {
      return;
    }
    Attributes attributes = files.getAttributes(inode);
    if (name.startsWith(USER)) {
      access(caller, inode, Permissions.WRITE);
      if (attributes.isDirectory() && (attributes.mode() & STICKY) != 0) {
        Permissions.requireOwner(caller, attributes);
      }
    } else if (name.startsWith(SYSTEM)) {
      Permissions.requireOwner(caller, attributes);
    } else if (name.startsWith(TRUSTED) || name.startsWith(SECURITY)) {
      throw notPermitted(caller, "change " + name);
    }
  }

  private static DinofsException notPermitted(Caller caller, String what) {
    return new DinofsException(
        ErrorKind.NOT_PERMITTED,
        "uid " + Integer.toUnsignedString(caller.uid()) + " may not " + what);
  }
}
