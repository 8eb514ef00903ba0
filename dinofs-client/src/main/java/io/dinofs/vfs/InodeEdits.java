package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.content.OpenInode;
import java.util.Map;
import java.util.Optional;

/**
 * Changes attributes and extended attributes of an inode, as one commit; those of an open file
 * without a name, or of an inode that was removed lately, in memory. Safe for any number of
 * threads.
 */
final class InodeEdits {
  private final Transactions transactions;
  private final OpenInodes open;
  private final RecentInodes recent;

  InodeEdits(Transactions transactions, OpenInodes open, RecentInodes recent) {
    this.transactions = transactions;
    this.open = open;
    this.recent = recent;
  }

  /** A change as a function of what is true now; evaluated again if its commit is stale. */
  @FunctionalInterface
  interface Edit {
    /** The new attributes; their count of extended attributes is not the edit's to set. */
    Attributes apply(Transaction transaction, Attributes current, XattrView xattrs)
        throws DinofsException;
  }

  /**
   * Evaluates and commits; an edit that changes nothing is no commit.
   *
   * @return the attributes after it
   * @throws DinofsException STALE_HANDLE, and as {@link Transactions#run}
   */
  Attributes run(InodeId inode, Edit edit) throws DinofsException {
    return transactions.run(
        transaction -> {
          Optional<Attributes> committed = transaction.attributes(inode);
          if (committed.isEmpty()) {
            return editUnnamed(transaction, inode, edit);
          }
          Attributes before = committed.get();
          CommittedXattrs xattrs = new CommittedXattrs(transaction, inode, before.xattrs());
          Attributes after = counted(edit.apply(transaction, before, xattrs), xattrs);
          if (xattrs.isChanged() || !after.equals(before)) {
            xattrs.commit();
            transaction.putAttributes(inode, after);
          }
          return after;
        });
  }

  private Attributes editUnnamed(Transaction transaction, InodeId inode, Edit edit)
      throws DinofsException {
    Optional<OpenInode> opened = open.find(inode);
    if (opened.isEmpty()) {
      return editRecent(transaction, inode, edit);
    }
    OpenInode file = opened.get();
    UnnamedXattrs xattrs = open.unnamedXattrs(file);
    Attributes before = file.lastSeen().toBuilder().nlink(0).build();
    Attributes after = counted(edit.apply(transaction, before, xattrs), xattrs);
    file.changeOrphan(after);
    return after;
  }

  private Attributes editRecent(Transaction transaction, InodeId inode, Edit edit)
      throws DinofsException {
    Attributes before = recent.attributes(inode).orElseThrow(() -> Transaction.gone(inode));
    Attributes after = edit.apply(transaction, before, new UnnamedXattrs(Map.of()));
    recent.change(inode, after);
    return after;
  }

  private static Attributes counted(Attributes attributes, XattrView xattrs) {
    return attributes.toBuilder().xattrs(xattrs.count()).build();
  }
}
