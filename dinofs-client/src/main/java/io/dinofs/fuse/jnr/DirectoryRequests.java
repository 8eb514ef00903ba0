package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.DirectoryPage;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.DirectoryHandle;
import java.nio.ByteBuffer;

/** Requests about open directories. */
final class DirectoryRequests {
  private final FileSystem files;
  private final OpenHandles<DirectoryHandle> handles;

  DirectoryRequests(FileSystem files, OpenHandles<DirectoryHandle> handles) {
    this.files = files;
    this.handles = handles;
  }

  void install(LowLevelOperations operations) {
    operations.opendir.set(this::open);
    operations.readdir.set(this::read);
    operations.releasedir.set(this::release);
    operations.fsyncdir.set(this::sync);
  }

  private void open(long request, long inode, long fileInfo) {
    Exchange.serve(
        "opendir",
        request,
        exchange -> {
          InodeId directory = new InodeId(inode);
          exchange.require(request, (rules, caller) -> rules.read(caller, directory));
          DirectoryHandle handle = files.openDirectory(directory);
          long number = handles.add(handle);
          exchange.ifNotTaken(() -> files.releaseDirectory(handles.remove(number)));
          Answers.open(exchange.answer(), number, 0);
        });
  }

  private void read(long request, long inode, long size, long cookie, long fileInfo) {
    Exchange.serve(
        "readdir",
        request,
        exchange -> {
          ByteBuffer answer = exchange.answer();
          answer.limit((int) Math.min(size, answer.capacity()));
          DirectoryHandle handle = handles.get(NativeLayouts.handle(fileInfo));
          files.readDirectory(handle, cookie, new DirectoryPage(answer));
        });
  }

  private void release(long request, long inode, long fileInfo) {
    Exchange.serve(
        "releasedir",
        request,
        exchange -> files.releaseDirectory(handles.remove(NativeLayouts.handle(fileInfo))));
  }

  private void sync(long request, long inode, int dataOnly, long fileInfo) {
    // Every change of a directory is durable when it returns.
    Exchange.serve("fsyncdir", request, exchange -> {});
  }
}
