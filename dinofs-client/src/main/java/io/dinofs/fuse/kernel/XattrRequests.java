package io.dinofs.fuse.kernel;

import io.dinofs.fuse.XattrAnswers;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.Privileges;

/** Requests about extended attributes. */
final class XattrRequests {
  /** By how much {@code struct fuse_setxattr_in} is longer with FUSE_SETXATTR_EXT. */
  private static final int EXTENSION_BYTES = 8;

  /** FUSE_SETXATTR_ACL_KILL_SGID, in the extension. */
  private static final int DROPS_SET_GROUP_ID = 1;

  private final FileSystem files;
  private final InitRequest init;

  XattrRequests(FileSystem files, InitRequest init) {
    this.files = files;
    this.init = init;
  }

  void install(RequestTable table) {
    table.handle(Opcode.SETXATTR, this::set);
    table.handle(Opcode.GETXATTR, this::get);
    table.handle(Opcode.LISTXATTR, this::list);
    table.handle(Opcode.REMOVEXATTR, this::remove);
  }

  private void set(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Privileges privileges = Privileges.KEEP;
    if (init.protocol().has(Protocol.SETXATTR_EXT)) {
      request.extend(EXTENSION_BYTES);
      privileges = Privileges.dropIf((request.getInt(8) & DROPS_SET_GROUP_ID) != 0);
    }
    Bytes name = request.string();
    Bytes value = Bytes.copyOf(request.data(request.getInt(0)));
    files.setXattr(
        exchange.caller(0),
        exchange.inode(),
        name,
        value,
        XattrAnswers.mode(request.getInt(4)),
        privileges);
  }

  private void get(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Bytes value = files.getXattr(exchange.inode(), request.string());
    XattrAnswers.value(exchange.body(), value, Integer.toUnsignedLong(request.getInt(0)));
  }

  private void list(Exchange exchange) throws DinofsException {
    long room = Integer.toUnsignedLong(exchange.request().getInt(0));
    XattrAnswers.names(exchange.body(), files.listXattrs(exchange.inode()), room);
  }

  private void remove(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    files.removeXattr(exchange.caller(0), exchange.inode(), request.string());
  }
}
