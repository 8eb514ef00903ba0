package io.dinofs.fuse;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.Privileges;
import java.time.Instant;
import java.util.Optional;

/**
 * Attributes by an open handle if the kernel names one, otherwise by the inode. The kernel names
 * none for fstat(2) and fchmod(2), so an inode that is gone may still be an open file without a
 * name.
 */
public final class FileAttributes {
  /** No handle has this number. */
  public static final long NO_HANDLE = 0;

  // FATTR_*: which attributes a request sets.
  public static final int MODE = 1;
  public static final int UID = 1 << 1;
  public static final int GID = 1 << 2;
  public static final int SIZE = 1 << 3;
  public static final int ATIME = 1 << 4;
  public static final int MTIME = 1 << 5;
  public static final int ATIME_NOW = 1 << 7;
  public static final int MTIME_NOW = 1 << 8;
  public static final int DROP_PRIVILEGES = 1 << 11;

  private final FileSystem files;
  private final OpenHandles<FileSystem.FileHandle> handles;

  public FileAttributes(FileSystem files, OpenHandles<FileSystem.FileHandle> handles) {
    this.files = files;
    this.handles = handles;
  }

  /** The values of a request to set attributes; which of them count is said by its bits. */
  public record Values(int mode, int uid, int gid, long size, Instant atime, Instant mtime) {}

  /** A time of the kernel's, or the nearest that there is: Java's end before the kernel's do. */
  public static Instant time(long seconds, long nanos) {
    if (seconds >= Instant.MAX.getEpochSecond()) {
      return Instant.MAX;
    }
    return seconds <= Instant.MIN.getEpochSecond()
        ? Instant.MIN
        : Instant.ofEpochSecond(seconds, nanos);
  }

  /**
   * @param handle a number that {@link OpenHandles} gave, or {@link #NO_HANDLE}
   * @throws DinofsException as {@link FileSystem#getAttributes}; BAD_HANDLE
   */
  public Attributes get(InodeId inode, long handle) throws DinofsException {
    return of(inode, handle, () -> files.getAttributes(inode), files::getAttributes);
  }

  /**
   * @param handle a number that {@link OpenHandles} gave, or {@link #NO_HANDLE}
   * @throws DinofsException as {@link FileSystem#setAttributes}; BAD_HANDLE
   */
  public Attributes set(Caller caller, InodeId inode, long handle, AttributeChange change)
      throws DinofsException {
    return of(
        inode,
        handle,
        () -> files.setAttributes(caller, inode, change),
        open -> files.setAttributes(caller, open, change));
  }

  private interface ByInode {
    Attributes apply() throws DinofsException;
  }

  private interface ByHandle {
    Attributes apply(FileSystem.FileHandle handle) throws DinofsException;
  }

  private Attributes of(InodeId inode, long handle, ByInode byInode, ByHandle byHandle)
      throws DinofsException {
    if (handle != NO_HANDLE) {
      return byHandle.apply(handles.get(handle));
    }
    try {
      return byInode.apply();
    } catch (DinofsException e) {
      Optional<FileSystem.FileHandle> open = handles.anyOf(inode);
      if (e.kind() != ErrorKind.STALE_HANDLE || open.isEmpty()) {
        throw e;
      }
      return byHandle.apply(open.get());
    }
  }

  /**
   * @param valid which of the values are to be set: FATTR_*
   */
  public static AttributeChange change(int valid, Values values) {
    AttributeChange change = AttributeChange.NONE;
    if ((valid & MODE) != 0) {
      change = change.withMode(values.mode & Attributes.MODE_MASK);
    }
    if ((valid & UID) != 0) {
      change = change.withUid(values.uid);
    }
    if ((valid & GID) != 0) {
      change = change.withGid(values.gid);
    }
    if ((valid & SIZE) != 0) {
      change = change.withSize(values.size);
      change = change.withPrivileges(Privileges.dropIf((valid & DROP_PRIVILEGES) != 0));
    }
    if ((valid & ATIME_NOW) != 0) {
      change = change.withAtime(new AttributeChange.Now());
    } else if ((valid & ATIME) != 0) {
      change = change.withAtime(new AttributeChange.At(values.atime));
    }
    if ((valid & MTIME_NOW) != 0) {
      change = change.withMtime(new AttributeChange.Now());
    } else if ((valid & MTIME) != 0) {
      change = change.withMtime(new AttributeChange.At(values.mtime));
    }
    // The kernel asks for no change at all only then: fuse_setattr in fs/fuse/dir.c.
    return change.equals(AttributeChange.NONE) ? AttributeChange.SAME_OWNERS : change;
  }
}
