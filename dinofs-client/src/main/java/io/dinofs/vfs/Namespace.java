package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.vfs.FileSystem.Node;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Making names: files of every type, directories, links. */
final class Namespace {
  private static final Logger log = LoggerFactory.getLogger(Namespace.class);

  private final Transactions transactions;
  private final InodeNumbers numbers;

  Namespace(Transactions transactions, InodeNumbers numbers) {
    this.transactions = transactions;
    this.numbers = numbers;
  }

  /** What is to be made: its attributes but for owner and times. */
  private record Blueprint(FileType type, int mode, int rdev, Content content, long size) {}

  Node makeNode(Caller caller, InodeId parent, Name name, FileType type, int mode, int rdev)
      throws DinofsException {
    if (type == FileType.DIRECTORY || type == FileType.SYMLINK) {
      throw new DinofsException(ErrorKind.INVALID, "mknod(2) makes no " + type);
    }
    return make(caller, parent, name, new Blueprint(type, mode, rdev, Content.NONE, 0));
  }

  Node makeDirectory(Caller caller, InodeId parent, Name name, int mode) throws DinofsException {
    return make(caller, parent, name, new Blueprint(FileType.DIRECTORY, mode, 0, Content.NONE, 0));
  }

  Node makeSymlink(Caller caller, InodeId parent, Name name, Bytes target) throws DinofsException {
    if (target.isEmpty()) {
      throw new DinofsException(ErrorKind.NOT_FOUND, "a symbolic link needs a target");
    }
    if (target.length() > Content.SymlinkTarget.MAX_TARGET_BYTES) {
      throw new DinofsException(
          ErrorKind.NAME_TOO_LONG, "a link's target of " + target.length() + " bytes");
    }
    return make(
        caller,
        parent,
        name,
        new Blueprint(
            FileType.SYMLINK, 0777, 0, new Content.SymlinkTarget(target), target.length()));
  }

  private Node make(Caller caller, InodeId parent, Name name, Blueprint blueprint)
      throws DinofsException {
    InodeId taken = numbers.take();
    return transactions.run(
        transaction -> {
          if (transaction.entry(parent, name).isPresent()) {
            throw exists(name);
          }
          return make(transaction, caller, parent, name, unused(transaction, taken), blueprint);
        },
        Namespace::madeBy);
  }

  private static Node madeBy(Node made, CommitNumber commit) {
    return new Node(made.inode(), made.attributes(), commit);
  }

  /** A regular file that open(2) makes, or what is there already unless {@code exclusive}. */
  Node makeOrFind(Caller caller, InodeId parent, Name name, int mode, boolean exclusive)
      throws DinofsException {
    InodeId taken = numbers.take();
    Blueprint blueprint = new Blueprint(FileType.REGULAR, mode, 0, Content.NONE, 0);
    return transactions.run(
        transaction -> {
          Optional<Transaction.Named> found = transaction.entry(parent, name);
          if (found.isPresent() && exclusive) {
            throw exists(name);
          }
          if (found.isPresent()) {
            return new Node(found.get().inode(), found.get().attributes());
          }
          return make(transaction, caller, parent, name, unused(transaction, taken), blueprint);
        },
        Namespace::madeBy);
  }

  /**
   * The number for a new inode: another one than {@code taken} if somebody has used that, as no
   * node does that plays by the rules.
   */
  private InodeId unused(Transaction transaction, InodeId taken) throws DinofsException {
    InodeId inode = taken;
    while (transaction.isAgain() && isUsed(transaction, inode)) {
      log.warn("inode {}, whose number was this node's to use, is there already", inode);
      inode = numbers.takeBehind(inode);
    }
    return inode;
  }

  private static boolean isUsed(Transaction transaction, InodeId inode) throws DinofsException {
    return transaction.read(RecordKey.attributes(inode)).isPresent()
        || transaction.read(RecordKey.parent(inode)).isPresent();
  }

  static DinofsException exists(Name name) {
    return new DinofsException(ErrorKind.EXISTS, name + " is there already");
  }

  private static Node make(
      Transaction transaction,
      Caller caller,
      InodeId parent,
      Name name,
      InodeId inode,
      Blueprint blueprint)
      throws DinofsException {
    if (transaction.isAgain()) {
      Permissions.requireChangeable(transaction, caller, parent);
    }
    Inheritance inherited =
        Inheritance.of(transaction, caller, parent, blueprint.type(), blueprint.mode());
    Attributes attributes =
        Attributes.create(
                blueprint.type(),
                inherited.mode(),
                caller.uid(),
                inherited.gid(),
                blueprint.rdev(),
                transaction.now())
            .toBuilder()
            .content(blueprint.content())
            .size(blueprint.size())
            .xattrs(inherited.xattrs().size())
            .build();
    transaction.create(RecordKey.attributes(inode), AttributesCodec.encode(attributes));
    inherited
        .xattrs()
        .forEach((key, value) -> transaction.create(RecordKey.xattr(inode, key), value));
    boolean isDirectory = blueprint.type() == FileType.DIRECTORY;
    if (isDirectory) {
      transaction.create(RecordKey.parent(inode), parent.encode());
    }
    transaction.put(
        RecordKey.entry(parent, name), new DirectoryEntry(inode, blueprint.type()).encode());
    transaction.touch(parent, 1, isDirectory ? 1 : 0);
    return new Node(inode, attributes);
  }

  Node link(Caller caller, InodeId inode, InodeId newParent, Name newName) throws DinofsException {
    return transactions.run(
        transaction -> {
          Attributes linked =
              transaction.attributes(inode).orElseThrow(() -> Transaction.gone(inode));
          if (linked.isDirectory()) {
            throw new DinofsException(ErrorKind.NOT_PERMITTED, "a directory has one name only");
          }
          if (linked.nlink() == Integer.MAX_VALUE) {
            throw new DinofsException(
                ErrorKind.TOO_MANY_LINKS, "inode " + inode + " has 2^31 - 1 names");
          }
          Attributes attributes =
              linked.toBuilder().nlink(linked.nlink() + 1).ctime(transaction.now()).build();
          transaction.putAttributes(inode, attributes);
          putNewName(transaction, caller, inode, attributes, newParent, newName);
          return new Node(inode, attributes);
        });
  }

  /**
   * One more name of an inode that is no directory.
   *
   * @throws DinofsException EXISTS, NOT_FOUND, NOT_DIRECTORY, ACCESS_DENIED
   */
  static void putNewName(
      Transaction transaction,
      Caller caller,
      InodeId inode,
      Attributes attributes,
      InodeId parent,
      Name name)
      throws DinofsException {
    if (transaction.isAgain()) {
      Permissions.requireChangeable(transaction, caller, parent);
    }
    transaction.directory(parent);
    if (transaction.entry(parent, name).isPresent()) {
      throw exists(name);
    }
    transaction.putEntry(parent, name, inode, attributes);
    transaction.touch(parent, 1, 0);
  }
}
