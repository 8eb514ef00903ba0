package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.FileAttributes;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;

/** Requests about attributes, and about the volume. */
final class AttributeRequests {
  private final FileSystem files;
  private final FileAttributes attributes;

  AttributeRequests(FileSystem files, OpenHandles<FileSystem.FileHandle> handles) {
    this.files = files;
    attributes = new FileAttributes(files, handles);
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
          Answers.attributesAnswer(
              exchange.answer(), inode, attributes.get(inode, handle(fileInfo)));
        });
  }

  private void setAttributes(long request, long inodeNumber, long stat, int valid, long fileInfo) {
    Exchange.serve(
        "setattr",
        request,
        exchange -> {
          InodeId inode = new InodeId(inodeNumber);
          Caller caller = exchange.caller(request);
          AttributeChange change =
              exchange.permitted(
                  caller, inode, FileAttributes.change(valid, values(stat)), fileInfo != 0);
          Answers.attributesAnswer(
              exchange.answer(), inode, attributes.set(caller, inode, handle(fileInfo), change));
        });
  }

  private void statistics(long request, long inode) {
    Exchange.serve(
        "statfs", request, exchange -> Answers.statistics(exchange.answer(), files.statistics()));
  }

  private static long handle(long fileInfo) {
    return fileInfo == 0 ? FileAttributes.NO_HANDLE : NativeLayouts.handle(fileInfo);
  }

  private static FileAttributes.Values values(long stat) {
    return new FileAttributes.Values(
        NativeLayouts.mode(stat),
        NativeLayouts.uid(stat),
        NativeLayouts.gid(stat),
        NativeLayouts.size(stat),
        NativeLayouts.atime(stat),
        NativeLayouts.mtime(stat));
  }
}
