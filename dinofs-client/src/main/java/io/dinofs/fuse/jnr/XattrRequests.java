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
        exchange -> {
          InodeId of = new InodeId(inode);
          Bytes called = Exchange.string(name);
          exchange.require(request, (rules, caller) -> rules.changeXattr(caller, of, called));
          files.setXattr(
              exchange.caller(request),
              of,
              called,
              Bytes.copyOf(exchange.data(value, size)),
              XattrAnswers.mode(flags),
              Privileges.KEEP);
        });
  }

  private void get(long request, long inode, long name, long size) {
    Exchange.serve(
        "getxattr",
        request,
        exchange -> {
          InodeId of = new InodeId(inode);
          Bytes called = Exchange.string(name);
          exchange.require(request, (rules, caller) -> rules.readXattr(caller, of, called));
          Bytes value = files.getXattr(of, called);
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
        exchange -> {
          InodeId of = new InodeId(inode);
          Bytes called = Exchange.string(name);
          exchange.require(request, (rules, caller) -> rules.changeXattr(caller, of, called));
          files.removeXattr(exchange.caller(request), of, called);
        });
  }
}
