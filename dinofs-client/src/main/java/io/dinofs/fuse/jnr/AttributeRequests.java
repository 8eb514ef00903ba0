package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;
import java.util.Optional;

/** Requests about attributes, and about the volume. */
final class AttributeRequests {
  // FUSE_SET_ATTR_*: which attributes to set.
  private static final int MODE = 1;
  private static final int UID = 1 << 1;
  private static final int GID = 1 << 2;
  private static final int SIZE = 1 << 3;
  private static final int ATIME = 1 << 4;
  private static final int MTIME = 1 << 5;
  private static final int ATIME_NOW = 1 << 7;
  private static final int MTIME_NOW = 1 << 8;

  private final FileSystem files;
  private final OpenHandles<FileSystem.FileHandle> handles;

  AttributeRequests(FileSystem files, OpenHandles<FileSystem.FileHandle> handles) {
    this.files = files;
    this.handles = handles;
  }

  void install(LowLevelOperations operations) {
    operations.getattr.set(this::getAttributes);
    operations.setattr.set(this::setAttributes);
    operations.statfs.set(this::statistics);
  }

  private void getAttributes(long request, long inodeNumber, long fileInfo) {
    Exchange.serve(
        "getattr",
        request,
        exchange -> {
          InodeId inode = new InodeId(inodeNumber);
          Attributes attributes =
              of(inode, fileInfo, () -> files.getAttributes(inode), files::getAttributes);
          Answers.attributesAnswer(exchange.answer(), inode, attributes);
        });
  }

  private void setAttributes(long request, long inodeNumber, long stat, int valid, long fileInfo) {
    Exchange.serve(
        "setattr",
        request,
        exchange -> {
          InodeId inode = new InodeId(inodeNumber);
          Caller caller = exchange.caller(request);
          AttributeChange change = change(stat, valid);
          Attributes attributes =
              of(
                  inode,
                  fileInfo,
                  () -> files.setAttributes(caller, inode, change),
                  handle -> files.setAttributes(caller, handle, change));
          Answers.attributesAnswer(exchange.answer(), inode, attributes);
        });
  }

  private void statistics(long request, long inode) {
    Exchange.serve(
        "statfs", request, exchange -> Answers.statistics(exchange.answer(), files.statistics()));
  }

  private interface ByInode {
    Attributes apply() throws DinofsException;
  }

  private interface ByHandle {
    Attributes apply(FileSystem.FileHandle handle) throws DinofsException;
  }

  /**
   * By the handle if the kernel names one, otherwise by the inode. The kernel names none for
   * fstat(2) and fchmod(2), so an inode that is gone may still be an open file without a name.
   */
  private Attributes of(InodeId inode, long fileInfo, ByInode byInode, ByHandle byHandle)
      throws DinofsException {
    if (fileInfo != 0) {
      return byHandle.apply(handles.get(NativeLayouts.handle(fileInfo)));
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

  private static AttributeChange change(long stat, int valid) {
    AttributeChange change = AttributeChange.NONE;
    if ((valid & MODE) != 0) {
      change = change.withMode(NativeLayouts.mode(stat) & Attributes.MODE_MASK);
    }
    if ((valid & UID) != 0) {
      change = change.withUid(NativeLayouts.uid(stat));
    }
    if ((valid & GID) != 0) {
      change = change.withGid(NativeLayouts.gid(stat));
    }
    if ((valid & SIZE) != 0) {
      change = change.withSize(NativeLayouts.size(stat));
    }
    if ((valid & ATIME_NOW) != 0) {
      change = change.withAtime(new AttributeChange.Now());
    } else if ((valid & ATIME) != 0) {
      change = change.withAtime(new AttributeChange.At(NativeLayouts.atime(stat)));
    }
    if ((valid & MTIME_NOW) != 0) {
      change = change.withMtime(new AttributeChange.Now());
    } else if ((valid & MTIME) != 0) {
      change = change.withMtime(new AttributeChange.At(NativeLayouts.mtime(stat)));
    }
    return change;
  }
}
