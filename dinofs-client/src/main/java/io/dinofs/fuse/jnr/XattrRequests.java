package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.XattrMode;
import java.nio.ByteBuffer;
import java.util.List;

/** Requests about extended attributes. */
final class XattrRequests {
  // setxattr(2).
  private static final int XATTR_CREATE = 1;
  private static final int XATTR_REPLACE = 2;

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
                mode(flags)));
  }

  private void get(long request, long inode, long name, long size) {
    Exchange.serve(
        "getxattr",
        request,
        exchange -> {
          Bytes value = files.getXattr(new InodeId(inode), Exchange.string(name));
          ByteBuffer answer = exchange.answer();
          if (size == 0) {
            Answers.xattrSize(answer, value.length());
          } else {
            requireRoom(size, value.length());
            value.writeTo(answer);
          }
        });
  }

  private void list(long request, long inode, long size) {
    Exchange.serve(
        "listxattr",
        request,
        exchange -> {
          List<Bytes> names = files.listXattrs(new InodeId(inode));
          int bytes = names.stream().mapToInt(name -> name.length() + 1).sum();
          ByteBuffer answer = exchange.answer();
          if (size == 0) {
            Answers.xattrSize(answer, bytes);
            return;
          }
          requireRoom(Math.min(size, answer.capacity()), bytes);
          for (Bytes name : names) {
            name.writeTo(answer);
            answer.put((byte) 0);
          }
        });
  }

  private void remove(long request, long inode, long name) {
    Exchange.serve(
        "removexattr",
        request,
        exchange ->
            files.removeXattr(exchange.caller(request), new InodeId(inode), Exchange.string(name)));
  }

  private static void requireRoom(long sizeBytes, int neededBytes) throws DinofsException {
    if (neededBytes > sizeBytes) {
      throw new DinofsException(
          ErrorKind.RANGE, neededBytes + " bytes do not fit into " + sizeBytes);
    }
  }

  private static XattrMode mode(int flags) throws DinofsException {
    return switch (flags) {
      case 0 -> XattrMode.ANY;
      case XATTR_CREATE -> XattrMode.CREATE;
      case XATTR_REPLACE -> XattrMode.REPLACE;
      default -> throw new DinofsException(ErrorKind.INVALID, "setxattr flags " + flags);
    };
  }
}
