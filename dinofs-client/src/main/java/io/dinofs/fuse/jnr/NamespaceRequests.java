package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
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
final class NamespaceRequests {
  private static final int TYPE_SHIFT = 12;

  private final FileSystem files;

  NamespaceRequests(FileSystem files) {
    this.files = files;
  }

  void install(LowLevelOperations operations) {
    operations.lookup.set(this::lookup);
    operations.mknod.set(this::makeNode);
    operations.mkdir.set(this::makeDirectory);
    operations.symlink.set(this::makeSymlink);
    operations.readlink.set(this::readLink);
    operations.link.set(this::link);
    operations.unlink.set(this::unlink);
    operations.rmdir.set(this::removeDirectory);
    operations.rename.set(this::rename);
  }

  private void lookup(long request, long parent, long name) {
    Exchange.serve(
        "lookup",
        request,
        exchange -> {
          InodeId directory = new InodeId(parent);
          exchange.require(request, (rules, caller) -> rules.search(caller, directory));
          entry(exchange, files.lookup(directory, Exchange.name(name)));
        });
  }

  private void makeNode(long request, long parent, long name, int mode, long rdev) {
    Exchange.serve(
        "mknod",
        request,
        exchange -> {
          FileType type =
              FileType.ofCode(mode >>> TYPE_SHIFT)
                  .orElseThrow(
                      () -> new DinofsException(ErrorKind.INVALID, "no file type: mode " + mode));
          InodeId directory = new InodeId(parent);
          exchange.require(request, (rules, caller) -> rules.addNode(caller, directory, type));
          entry(
              exchange,
              files.makeNode(
                  exchange.caller(request),
                  directory,
                  Exchange.name(name),
                  type,
                  mode & Attributes.MODE_MASK,
                  (int) rdev));
        });
  }

  private void makeDirectory(long request, long parent, long name, int mode) {
    Exchange.serve(
        "mkdir",
        request,
        exchange -> {
          InodeId directory = new InodeId(parent);
          exchange.require(request, (rules, caller) -> rules.add(caller, directory));
          entry(
              exchange,
              files.makeDirectory(
                  exchange.caller(request),
                  directory,
                  Exchange.name(name),
                  mode & Attributes.MODE_MASK));
        });
  }

  private void makeSymlink(long request, long target, long parent, long name) {
    Exchange.serve(
        "symlink",
        request,
        exchange -> {
          InodeId directory = new InodeId(parent);
          exchange.require(request, (rules, caller) -> rules.add(caller, directory));
          entry(
              exchange,
              files.makeSymlink(
                  exchange.caller(request),
                  directory,
                  Exchange.name(name),
                  Exchange.string(target)));
        });
  }

  private void readLink(long request, long inode) {
    Exchange.serve(
        "readlink",
        request,
        exchange -> {
          Bytes target = files.readLink(new InodeId(inode));
          target.writeTo(exchange.answer());
        });
  }

  private void link(long request, long inode, long newParent, long newName) {
    Exchange.serve(
        "link",
        request,
        exchange -> {
          InodeId directory = new InodeId(newParent);
          exchange.require(request, (rules, caller) -> rules.add(caller, directory));
          entry(
              exchange,
              files.link(
                  exchange.caller(request), new InodeId(inode), directory, Exchange.name(newName)));
        });
  }

  private void unlink(long request, long parent, long name) {
    Exchange.serve(
        "unlink",
        request,
        exchange -> {
          InodeId directory = new InodeId(parent);
          Name child = Exchange.name(name);
          exchange.require(request, (rules, caller) -> rules.remove(caller, directory, child));
          files.unlink(exchange.caller(request), directory, child);
        });
  }

  private void removeDirectory(long request, long parent, long name) {
    Exchange.serve(
        "rmdir",
        request,
        exchange -> {
          InodeId directory = new InodeId(parent);
          Name child = Exchange.name(name);
          exchange.require(request, (rules, caller) -> rules.remove(caller, directory, child));
          files.removeDirectory(exchange.caller(request), directory, child);
        });
  }

  private void rename(long request, long parent, long name, long newParent, long newName) {
    Exchange.serve(
        "rename",
        request,
        exchange -> {
          InodeId from = new InodeId(parent);
          Name old = Exchange.name(name);
          InodeId to = new InodeId(newParent);
          Name renamed = Exchange.name(newName);
          exchange.require(
              request, (rules, caller) -> rules.rename(caller, from, old, to, renamed));
          files.rename(exchange.caller(request), from, old, to, renamed, RenameMode.REPLACE);
        });
  }

  private static void entry(Exchange exchange, FileSystem.Node node) {
    Answers.entry(exchange.answer(), node.inode(), node.attributes());
  }
}
