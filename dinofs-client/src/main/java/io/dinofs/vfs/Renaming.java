package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Commit;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.vfs.FileSystem.RenameMode;
import io.dinofs.vfs.Removal.Removed;
import io.dinofs.vfs.Transaction.Named;
import java.util.Optional;

/** rename(2) and renameat2(2). */
final class Renaming {
  /** A directory can be moved below at most so many others, since a commit checks each of them. */
  private static final int MAX_DEPTH = (Commit.MAX_MUTATIONS - 24) / 2;

  private final Transactions transactions;
  private final Removal removal;

  Renaming(Transactions transactions, Removal removal) {
    this.transactions = transactions;
    this.removal = removal;
  }

  /** A name in a directory. */
  record Place(InodeId parent, Name name) {}

  /**
   * @return the inode that lost the new name
   * @throws DinofsException as {@link FileSystem#rename}
   */
  Optional<Removed> rename(Caller caller, Place from, Place to, RenameMode mode)
      throws DinofsException {
    return transactions.run(
        transaction -> {
          Named moved = transaction.existing(from.parent(), from.name());
          Optional<Named> found = transaction.entry(to.parent(), to.name());
          transaction.directory(to.parent());
          if (found.isPresent() && mode == RenameMode.NO_REPLACE) {
            throw Namespace.exists(to.name());
          }
          if (found.isEmpty() && mode == RenameMode.EXCHANGE) {
            throw Transaction.notFound(to.name() + " in directory " + to.parent());
          }
          if (found.isPresent() && found.get().inode().equals(moved.inode())) {
            return Optional.empty(); // rename(2): two names of one inode stay as they are
          }
          if (transaction.isAgain()) {
            Permissions.requireRemovable(transaction, caller, from.parent(), moved.attributes());
            Permissions.requireChangeable(transaction, caller, to.parent());
            if (found.isPresent()) {
              Permissions.requireRemovable(
                  transaction, caller, to.parent(), found.get().attributes());
            }
          }
          if (mode == RenameMode.EXCHANGE) {
            exchange(transaction, from, moved, to, found.get());
            return Optional.empty();
          }
          return move(transaction, from, moved, to, found);
        });
  }

  private Optional<Removed> move(
      Transaction transaction, Place from, Named moved, Place to, Optional<Named> replaced)
      throws DinofsException {
    Optional<Removed> removed = Optional.empty();
    if (replaced.isPresent()) {
      requireReplaceable(moved, replaced.get(), to.name());
      removed = Optional.of(removal.drop(transaction, replaced.get()));
    }
    transaction.delete(RecordKey.entry(from.parent(), from.name()));
    putInto(transaction, from.parent(), moved, to);
    touch(transaction, moved, replaced, from.parent(), to.parent());
    return removed;
  }

  private static void exchange(
      Transaction transaction, Place from, Named moved, Place to, Named other)
      throws DinofsException {
    putInto(transaction, from.parent(), moved, to);
    putInto(transaction, to.parent(), other, from);
    int links = links(moved) - links(other);
    if (from.parent().equals(to.parent())) {
      transaction.touch(from.parent(), 0, 0);
    } else {
      transaction.touch(from.parent(), 0, -links);
      transaction.touch(to.parent(), 0, links);
    }
  }

  private static void putInto(Transaction transaction, InodeId oldParent, Named moved, Place to)
      throws DinofsException {
    if (moved.attributes().isDirectory() && !oldParent.equals(to.parent())) {
      moveDirectory(transaction, moved.inode(), to.parent());
    }
    transaction.putEntry(to.parent(), to.name(), moved.inode(), moved.attributes());
    Attributes changed = moved.attributes().toBuilder().ctime(transaction.now()).build();
    transaction.putAttributes(moved.inode(), changed);
  }

  private static void requireReplaceable(Named moved, Named replaced, Name name)
      throws DinofsException {
    if (moved.attributes().isDirectory()) {
      Removal.requireEmptyDirectory(replaced, name);
    } else if (replaced.attributes().isDirectory()) {
      throw new DinofsException(ErrorKind.IS_DIRECTORY, name + " is a directory");
    }
  }

  private static int links(Named named) {
    return named.attributes().isDirectory() ? 1 : 0;
  }

  private static void touch(
      Transaction transaction,
      Named moved,
      Optional<Named> replaced,
      InodeId parent,
      InodeId newParent) {
    int replacedEntries = replaced.isPresent() ? 1 : 0;
    int replacedLinks = replaced.map(Renaming::links).orElse(0);
    if (parent.equals(newParent)) {
      transaction.touch(parent, -replacedEntries, -replacedLinks);
    } else {
      transaction.touch(parent, -1, -links(moved));
      transaction.touch(newParent, 1 - replacedEntries, links(moved) - replacedLinks);
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
