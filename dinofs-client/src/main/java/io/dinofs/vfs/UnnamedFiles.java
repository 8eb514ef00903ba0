package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.vfs.FileSystem.Node;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.content.OpenInode;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Files that are made without a name (O_TMPFILE of open(2)): they are on this node only, until
 * linkat(2) gives them one. Safe for any number of threads.
 */
final class UnnamedFiles {
  private final Transactions transactions;
  private final InodeNumbers numbers;
  private final OpenInodes open;
  private final long limitMillis;

  /**
   * @param limitMillis how long a commit is waited for
   */
  UnnamedFiles(Transactions transactions, InodeNumbers numbers, OpenInodes open, long limitMillis) {
    this.transactions = transactions;
    this.numbers = numbers;
    this.open = open;
    this.limitMillis = limitMillis;
  }

  Files.Handle make(Caller caller, InodeId directory, int mode, Set<OpenFlag> flags)
      throws DinofsException {
    InodeId inode = numbers.take();
    return transactions.run(
        transaction -> {
          Inheritance inherited =
              Inheritance.of(transaction, caller, directory, FileType.REGULAR, mode);
          Attributes attributes =
              Attributes.create(
                      FileType.REGULAR,
                      inherited.mode(),
                      caller.uid(),
                      inherited.gid(),
                      0,
                      transaction.now())
                  .toBuilder()
                  .nlink(0)
                  .xattrs(inherited.xattrs().size())
                  .build();
          boolean nameable = !flags.contains(OpenFlag.EXCLUSIVE);
          OpenInode file = open.acquireUnnamed(inode, attributes, inherited.xattrs(), nameable);
          return new Files.Handle(file, Set.copyOf(flags));
        });
  }

  /**
   * Gives a nameable file its first name, which commits it with all that it holds.
   *
   * @throws DinofsException as {@link Namespace#link}
   */
  Node link(Caller caller, OpenInode file, InodeId parent, Name name) throws DinofsException {
    file.beginCommit(true, limitMillis);
    boolean done = false;
    try {
      Attributes linked =
          transactions.run(transaction -> link(transaction, caller, file, parent, name));
      file.view(linked);
      open.named(file);
      done = true;
      return new Node(file.inode(), linked);
    } finally {
      if (done) {
        file.commitDone();
      } else {
        file.commitFailed();
      }
    }
  }

  private Attributes link(
      Transaction transaction, Caller caller, OpenInode file, InodeId parent, Name name)
      throws DinofsException {
    InodeId inode = file.inode();
    Attributes before = file.lastSeen();
    OpenInode.Assembled assembled = file.assemble(before, OptionalLong.empty());
    Attributes.Builder linked =
        before.toBuilder()
            .nlink(1)
            .content(assembled.content())
            .size(assembled.sizeBytes())
            .allocated(assembled.allocatedBytes())
            .ctime(transaction.now());
    assembled.written().ifPresent(linked::mtime);
    Map<Bytes, Bytes> xattrs = open.unnamedXattrs(file).all();
    Attributes attributes = linked.xattrs(xattrs.size()).build();
    Namespace.putNewName(transaction, caller, inode, attributes, parent, name);
    transaction.create(RecordKey.attributes(inode), AttributesCodec.encode(attributes));
    if (attributes.content() instanceof Content.Inline inline) {
      transaction.create(RecordKey.data(inode), inline.data());
    }
    xattrs.forEach((key, value) -> transaction.create(RecordKey.xattr(inode, key), value));
    return attributes;
  }
}
