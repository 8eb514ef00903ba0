package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Commit;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.vfs.Transaction.Named;
import java.util.Optional;

/**
 * Taking names away: unlink(2), rmdir(2), rename(2). What is returned is the inode that lost a
 * name, as it was before; open handles may still use it.
 */
final class Removal {
  /** A directory can be moved below at most so many others, since a commit checks each of them. */
  private static final int MAX_DEPTH = Commit.MAX_MUTATIONS - 16;

  private final Transactions transactions;
  private final Xattrs xattrs;

  Removal(Transactions transactions, Xattrs xattrs) {
    this.transactions = transactions;
    this.xattrs = xattrs;
  }

  Named unlink(Caller caller, InodeId parent, Name name) throws DinofsException {
    return transactions.run(
        transaction -> {
          Named victim = transaction.existing(parent, name);
          if (victim.attributes().isDirectory()) {
            throw new DinofsException(ErrorKind.IS_DIRECTORY, name + " is a directory");
          }
          recheck(transaction, caller, parent, victim);
          transaction.delete(RecordKey.entry(parent, name));
          Named dropped = drop(transaction, victim);
          transaction.touch(parent, -1, 0);
          return dropped;
        });
  }

  Named removeDirectory(Caller caller, InodeId parent, Name name) throws DinofsException {
    return transactions.run(
        transaction -> {
          Named victim = transaction.existing(parent, name);
          requireEmptyDirectory(victim, name);
          recheck(transaction, caller, parent, victim);
          transaction.delete(RecordKey.entry(parent, name));
          drop(transaction, victim);
          transaction.touch(parent, -1, -1);
          return victim;
        });
  }

  private static void recheck(Transaction transaction, Caller caller, InodeId parent, Named victim)
      throws DinofsException {
    if (transaction.isAgain()) {
      Permissions.requireRemovable(caller, transaction.directory(parent), victim.attributes());
    }
  }

  private static void requireEmptyDirectory(Named victim, Name name) throws DinofsException {
    if (!victim.attributes().isDirectory()) {
      throw new DinofsException(ErrorKind.NOT_DIRECTORY, name + " is no directory");
    }
    if (victim.attributes().entries() > 0) {
      throw new DinofsException(ErrorKind.NOT_EMPTY, name + " has entries");
    }
  }

  /**
   * One name of an inode goes; with the last one the inode does. Returns it with its contents, if
   * they go too.
   */
  private Named drop(Transaction transaction, Named victim) throws DinofsException {
    Attributes attributes = victim.attributes();
    if (!attributes.isDirectory() && attributes.nlink() > 1) {
      Attributes left =
          attributes.toBuilder().nlink(attributes.nlink() - 1).ctime(transaction.now()).build();
      transaction.putAttributes(victim.inode(), left);
      return victim;
    }
    transaction.delete(RecordKey.attributes(victim.inode()));
    if (attributes.isDirectory()) {
      RecordKey parent = RecordKey.parent(victim.inode());
      transaction.read(parent);
      transaction.delete(parent);
    }
    if (attributes.xattrs() > 0) {
      xattrs.deleteAll(transaction, victim.inode());
    }
    if (attributes.content() instanceof Content.InRecord small) {
      VersionedRecord data = transaction.read(RecordKey.data(victim.inode()));
      transaction.delete(data.key());
      return data.value()
          .flatMap(value -> SmallFiles.contents(small, value))
          .map(contents -> attributes.toBuilder().content(contents).build())
          .map(whole -> new Named(victim.inode(), whole))
          .orElse(victim);
    }
    return victim;
  }

  Optional<Named> rename(Caller caller, InodeId parent, Name name, InodeId newParent, Name newName)
      throws DinofsException {
    return transactions.run(
        transaction -> {
          Named moved = transaction.existing(parent, name);
          Named replaced = transaction.entry(newParent, newName).orElse(null);
          transaction.directory(newParent);
          if (replaced != null && replaced.inode().equals(moved.inode())) {
            return Optional.empty(); // rename(2): two names of one inode stay as they are
          }
          if (transaction.isAgain()) {
            Permissions.requireRemovable(caller, transaction.directory(parent), moved.attributes());
            Permissions.requireChangeable(caller, transaction.directory(newParent));
          }
          if (moved.attributes().isDirectory() && !parent.equals(newParent)) {
            moveDirectory(transaction, moved.inode(), newParent);
          }
          Optional<Named> dropped = Optional.empty();
          if (replaced != null) {
            dropped =
                Optional.of(replace(transaction, caller, moved, newParent, newName, replaced));
          }
          transaction.delete(RecordKey.entry(parent, name));
          transaction.putEntry(newParent, newName, moved.inode(), moved.attributes());
          transaction.putAttributes(
              moved.inode(), moved.attributes().toBuilder().ctime(transaction.now()).build());
          touch(transaction, moved, replaced, parent, newParent);
          return dropped;
        });
  }

  private Named replace(
      Transaction transaction,
      Caller caller,
      Named moved,
      InodeId newParent,
      Name newName,
      Named replaced)
      throws DinofsException {
    if (moved.attributes().isDirectory()) {
      requireEmptyDirectory(replaced, newName);
    } else if (replaced.attributes().isDirectory()) {
      throw new DinofsException(ErrorKind.IS_DIRECTORY, newName + " is a directory");
    }
    recheck(transaction, caller, newParent, replaced);
    return drop(transaction, replaced);
  }

  private static void touch(
      Transaction transaction, Named moved, Named replaced, InodeId parent, InodeId newParent) {
    int movedLinks = moved.attributes().isDirectory() ? 1 : 0;
    int replacedEntries = replaced == null ? 0 : 1;
    int replacedLinks = replaced != null && replaced.attributes().isDirectory() ? 1 : 0;
    if (parent.equals(newParent)) {
      transaction.touch(parent, -replacedEntries, -replacedLinks);
    } else {
      transaction.touch(parent, -1, -movedLinks);
      transaction.touch(newParent, 1 - replacedEntries, movedLinks - replacedLinks);
    }
  }

  /**
   * Gives a directory its new parent, and makes sure that this parent is not below it, now and when
   * it is committed: the records that say where the parent's ancestors are must not have changed by
   * then.
   */
  private static void moveDirectory(Transaction transaction, InodeId moved, InodeId newParent)
      throws DinofsException {
    InodeId ancestor = newParent;
    for (int depth = 0; !ancestor.equals(InodeId.ROOT); depth++) {
      if (ancestor.equals(moved)) {
        throw new DinofsException(
            ErrorKind.INVALID, "directory " + moved + " can't be moved below itself");
      }
      if (depth == MAX_DEPTH) {
        throw new DinofsException(
            ErrorKind.NAME_TOO_LONG,
            "a directory can be moved below at most " + MAX_DEPTH + " others");
      }
      InodeId above = transaction.parent(ancestor);
      transaction.check(RecordKey.parent(ancestor));
      ancestor = above;
    }
    RecordKey parent = RecordKey.parent(moved);
    transaction.read(parent);
    transaction.put(parent, newParent.encode());
  }
}
