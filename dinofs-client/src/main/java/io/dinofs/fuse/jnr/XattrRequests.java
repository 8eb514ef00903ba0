package io.dinofs.fuse.jnr;

import io.dinofs.fuse.XattrAnswers;
import io.dinofs.model.Bytes;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.Privileges;

/** Requests about extended attributes. */
final class XattrRequests {
  private final FileSystem files;

  XattrRequests(FileSystem files) {
    this.files = files;
  }

  void install(LowLevelOperations operations) {
    operations.setxattr.set(this::set);
    operations.getxattr.set(this::get);
    operations.listxattr.set(this::list);
    operations.removexattr.set(this::remove);
  }

  private void set(long request, long inode, long name, long value, long size, int flags) {
    Exchange.serve(
        "setxattr",
        request,
        exchange ->
            files.setXattr(
                exchange.caller(request),
                new InodeId(inode),
                Exchange.string(name),
                Bytes.copyOf(exchange.data(value, size)),
                XattrAnswers.mode(flags),
                Privileges.KEEP));
  }

  private void get(long request, long inode, long name, long size) {
    Exchange.serve(
        "getxattr",
        request,
        exchange -> {
          Bytes value = files.getXattr(new InodeId(inode), Exchange.string(name));
          XattrAnswers.value(exchange.answer(), value, size);
        });
  }

  private void list(long request, long inode, long size) {
    Exchange.serve(
        "listxattr",
        request,
        exchange ->
            XattrAnswers.names(exchange.answer(), files.listXattrs(new InodeId(inode)), size));
  }

  private void remove(long request, long inode, long name) {
    Exchange.serve(
        "removexattr",
        request,
        exchange ->
            files.removeXattr(exchange.caller(request), new InodeId(inode), Exchange.string(name)));
  }
}
