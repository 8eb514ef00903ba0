package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.content.OpenInode;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Commits what was written to open files, as one commit with changes of their attributes. Safe for
 * any number of threads.
 */
final class ContentCommits {
  private final Transactions transactions;
  private final OpenInodes open;
  private final long limitMillis;
  private final Consumer<InodeId> appendsMoved;

  /**
   * @param limitMillis how long a commit waits for an earlier one of the same file
   * @param appendsMoved is told of files whose appended bytes are elsewhere than their writers
   *     think
   */
  ContentCommits(
      Transactions transactions,
      OpenInodes open,
      long limitMillis,
      Consumer<InodeId> appendsMoved) {
    this.transactions = transactions;
    this.open = open;
    this.limitMillis = limitMillis;
    this.appendsMoved = appendsMoved;
  }

  /**
   * Commits what was written together with a change, which may have a size. Without a change
   * nothing is committed if nothing was written.
   *
   * @return the attributes committed
   */
  Attributes commit(Caller caller, OpenInode file, AttributeChange change) throws DinofsException {
    if (!file.beginCommit(!change.equals(AttributeChange.NONE), limitMillis)) {
      return file.lastSeen();
    }
    boolean done = false;
    try {
      Attributes committed =
          transactions.run(transaction -> commit(transaction, caller, file, change));
      file.view(committed);
      done = true;
      return committed;
    } finally {
      tellOfMovedAppends(file);
      if (done) {
        file.commitDone();
      } else {
        file.commitFailed();
      }
    }
  }

  private Attributes commit(
      Transaction transaction, Caller caller, OpenInode file, AttributeChange change)
      throws DinofsException {
    Optional<Attributes> committed = transaction.attributesWithData(file.inode());
    Attributes base = committed.orElseGet(file::lastSeen);
    if (transaction.isAgain()) {
      recheck(transaction, caller, file, change, base);
    }
    OpenInode.Assembled assembled = file.assemble(base, change.size());
    Attributes.Builder written =
        base.toBuilder()
            .content(assembled.content())
            .size(assembled.sizeBytes())
            .allocated(assembled.allocatedBytes());
    if (change.size().isPresent()) {
      written.mtime(transaction.now());
    } else {
      assembled.written().ifPresent(written::mtime);
    }
    if (committed.isEmpty()) {
      UnnamedXattrs xattrs = open.unnamedXattrs(file);
      file.changeOrphan(
          AttributeOperations.apply(caller, change, written.build(), xattrs, transaction.now())
              .toBuilder()
              .xattrs(xattrs.count())
              .build());
      return file.lastSeen();
    }
    CommittedXattrs xattrs = new CommittedXattrs(transaction, file.inode(), base.xattrs());
    Attributes result =
        AttributeOperations.apply(caller, change, written.build(), xattrs, transaction.now())
            .toBuilder()
            .xattrs(xattrs.count())
            .build();
    xattrs.commit();
    transaction.putFile(file.inode(), base, result);
    return result;
  }

  private static void recheck(
      Transaction transaction,
      Caller caller,
      OpenInode file,
      AttributeChange change,
      Attributes base)
      throws DinofsException {
    if (change.size().isPresent()) {
      Permissions.require(transaction, caller, file.inode(), base, Permissions.WRITE);
    } else if (!change.equals(AttributeChange.NONE)) {
      AttributeOperations.recheck(transaction, caller, file.inode(), change, base);
    }
  }

  /** Says that appended bytes are elsewhere than their writers think, if that is new. */
  void tellOfMovedAppends(OpenInode file) {
    if (file.takeAppendsMoved()) {
      appendsMoved.accept(file.inode());
    }
  }
}
