package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.RenameMode;

/** Requests about names. */
final class NameRequests {
  private static final int TYPE_SHIFT = 12;

  // renameat2(2).
  private static final int RENAME_NO_REPLACE = 1;
  static final int RENAME_EXCHANGE = 2;

  private static final Bytes DOT = Bytes.utf8(".");
  private static final Bytes DOT_DOT = Bytes.utf8("..");

  private final FileSystem files;

  NameRequests(FileSystem files) {
    this.files = files;
  }

  void install(RequestTable table) {
    table.handle(Opcode.LOOKUP, this::lookup);
    table.handle(Opcode.MKNOD, this::makeNode);
    table.handle(Opcode.MKDIR, this::makeDirectory);
    table.handle(Opcode.SYMLINK, this::makeSymlink);
    table.handle(Opcode.READLINK, this::readLink);
    table.handle(Opcode.LINK, this::link);
    table.handle(Opcode.UNLINK, this::unlink);
    table.handle(Opcode.RMDIR, this::removeDirectory);
    table.handle(Opcode.RENAME, exchange -> rename(exchange, 0));
    table.handle(Opcode.RENAME2, exchange -> rename(exchange, exchange.request().getInt(8)));
  }

  private void lookup(Exchange exchange) throws DinofsException {
    Bytes string = exchange.request().string();
    if (string.equals(DOT)) {
      answerDirectory(exchange, exchange.inode());
    } else if (string.equals(DOT_DOT)) {
      answerDirectory(exchange, files.parent(exchange.inode()));
    } else {
      lookup(exchange, Request.name(string));
    }
  }

  private void lookup(Exchange exchange, Name name) throws DinofsException {
    FileSystem.Node node;
    try {
      node = files.lookup(exchange.inode(), name);
    } catch (DinofsException e) {
      Validity holds =
          e.kind() == ErrorKind.NOT_FOUND
              ? exchange.ticket().name(exchange.inode(), name)
              : Validity.NONE;
      if (holds.equals(Validity.NONE)) {
        throw e;
      }
      Answers.absent(exchange.body(), holds);
      return;
    }
    exchange.answerEntry(name, node);
  }

  /** For exports by NFS, which finds directories again by their numbers. */
  private void answerDirectory(Exchange exchange, InodeId inode) throws DinofsException {
    FileSystem.Node node = new FileSystem.Node(inode, files.getAttributes(inode));
    exchange.entry(exchange.body(), node, Validity.NONE);
  }

  private void makeNode(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    int mode = request.getInt(0);
    FileType type =
        FileType.ofCode(mode >>> TYPE_SHIFT)
            .orElseThrow(
                () -> new DinofsException(ErrorKind.INVALID, "no file type: mode " + mode));
    Name name = request.name();
    exchange.answerMade(
        name,
        files.makeNode(
            exchange.caller(request.getInt(8)),
            exchange.inode(),
            name,
            type,
            mode & Attributes.MODE_MASK,
            request.getInt(4)));
  }

  private void makeDirectory(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Name name = request.name();
    exchange.answerMade(
        name,
        files.makeDirectory(
            exchange.caller(request.getInt(4)),
            exchange.inode(),
            name,
            request.getInt(0) & Attributes.MODE_MASK));
  }

  private void makeSymlink(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Name name = request.name();
    exchange.answerMade(
        name, files.makeSymlink(exchange.caller(0), exchange.inode(), name, request.string()));
  }

  private void readLink(Exchange exchange) throws DinofsException {
    files.readLink(exchange.inode()).writeTo(exchange.body());
  }

  private void link(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    InodeId linked = new InodeId(request.getLong(0));
    Name name = request.name();
    exchange.answerEntryOfOld(name, files.link(exchange.caller(0), linked, exchange.inode(), name));
  }

  private void unlink(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    files.unlink(exchange.caller(0), exchange.inode(), request.name());
  }

  private void removeDirectory(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    files.removeDirectory(exchange.caller(0), exchange.inode(), request.name());
  }

  private void rename(Exchange exchange, int flags) throws DinofsException {
    RenameMode mode =
        switch (flags) {
          case 0 -> RenameMode.REPLACE;
          case RENAME_NO_REPLACE -> RenameMode.NO_REPLACE;
          case RENAME_EXCHANGE -> RenameMode.EXCHANGE;
          default -> throw new DinofsException(ErrorKind.INVALID, "renameat2 flags " + flags);
        };
    Request request = exchange.request();
    InodeId newParent = new InodeId(request.getLong(0));
    Name name = request.name();
    files.rename(exchange.caller(0), exchange.inode(), name, newParent, request.name(), mode);
  }
}
