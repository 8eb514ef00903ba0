package io.dinofs.fuse.kernel;

import io.dinofs.fuse.OpenFlags;
import io.dinofs.fuse.Squash;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.CallerChecks;
import io.dinofs.vfs.FileSystem;

/**
 * Says who asks, and on a mount with a {@link Squash}, where the kernel would check the permissions
 * of somebody else and therefore checks none, whether they may. There it may keep neither names nor
 * listings nor attributes: what it answers by itself, it answers to everybody.
 */
final class SquashedRequests {
  private static final int TYPE_SHIFT = 12;
  private static final int ACCESS_MASK = 7;
  private static final int EXTENSION_BYTES = 8;

  private final Squash squash;
  private final CallerChecks checks;
  private final InitRequest init;

  SquashedRequests(Squash squash, FileSystem files, InitRequest init) {
    this.squash = squash;
    this.checks = new CallerChecks(files);
    this.init = init;
  }

  /** Who asks, with a umask that is still to be applied. */
  Caller caller(Request request, int umask) {
    return squash.of(request.caller(umask));
  }

  /**
   * To be called before a request is served, which then starts from its first name again.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED; and what a look at the inodes throws
   */
  void check(Request request) throws DinofsException {
    if (squash.isNone()) {
      return;
    }
    check(request, caller(request, 0), request.inode());
    request.rewind();
  }

  private void check(Request request, Caller caller, InodeId inode) throws DinofsException {
    switch (request.opcode()) {
      case LOOKUP -> checks.search(caller, inode);
      case ACCESS -> checks.access(caller, inode, request.getInt(0) & ACCESS_MASK);
      case OPEN -> checks.access(caller, inode, OpenFlags.permissions(request.getInt(0)));
      case OPENDIR -> checks.read(caller, inode);
      case CREATE, MKDIR, SYMLINK, LINK, TMPFILE -> checks.add(caller, inode);
      case MKNOD -> {
        int type = request.getInt(0) >>> TYPE_SHIFT;
        checks.addNode(caller, inode, FileType.ofCode(type).orElse(FileType.REGULAR));
      }
      case UNLINK, RMDIR -> checks.remove(caller, inode, request.name());
      case RENAME, RENAME2 -> {
        boolean exchange =
            request.opcode() == Opcode.RENAME2 && request.getInt(8) == NameRequests.RENAME_EXCHANGE;
        InodeId to = new InodeId(request.getLong(0));
        Name name = request.name();
        if (exchange) {
          checks.exchange(caller, inode, name, to, request.name());
        } else {
          checks.rename(caller, inode, name, to, request.name());
        }
      }
      case SETXATTR -> {
        if (init.protocol().has(Protocol.SETXATTR_EXT)) {
          request.extend(EXTENSION_BYTES);
        }
        checks.changeXattr(caller, inode, request.string());
      }
      case REMOVEXATTR -> checks.changeXattr(caller, inode, request.string());
      case GETXATTR -> {
        Bytes name = request.string();
        checks.readXattr(caller, inode, name);
      }
      default -> {
        // It is about a file that is open, or everybody may.
      }
    }
  }

  /**
   * The part of a change that the request's caller can have.
   *
   * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED
   */
  AttributeChange permitted(Request request, AttributeChange change, boolean byHandle)
      throws DinofsException {
    return squash.isNone()
        ? change
        : checks.change(caller(request, 0), request.inode(), change, byHandle);
  }
}
