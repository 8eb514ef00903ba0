package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.vfs.Transaction.Named;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Taking names away: unlink(2), rmdir(2). What is returned is the inode that lost a name, as it was
 * before; open handles may still use it.
 */
final class Removal {
  /**
   * What lost a name.
   *
   * @param xattrs its extended attributes, if it lost the last name and they went with it
   */
  record Removed(Named file, List<VersionedRecord> xattrs) {
    Map<Bytes, Bytes> xattrValues() {
      Map<Bytes, Bytes> values = new HashMap<>();
      for (VersionedRecord record : xattrs) {
        record.value().ifPresent(value -> values.put(record.key().name(), value));
      }
      return values;
    }
  }

  private final Transactions transactions;
  private final Xattrs xattrs;

  Removal(Transactions transactions, Xattrs xattrs) {
    this.transactions = transactions;
    this.xattrs = xattrs;
  }

  Removed unlink(Caller caller, InodeId parent, Name name) throws DinofsException {
    return transactions.run(
        transaction -> {
          Named victim = transaction.existing(parent, name);
          if (victim.attributes().isDirectory()) {
            throw new DinofsException(ErrorKind.IS_DIRECTORY, name + " is a directory");
          }
          recheck(transaction, caller, parent, victim);
          transaction.delete(RecordKey.entry(parent, name));
          Removed dropped = drop(transaction, victim);
          transaction.touch(parent, -1, 0);
          return dropped;
        });
  }

  void removeDirectory(Caller caller, InodeId parent, Name name) throws DinofsException {
    transactions.run(
        transaction -> {
          Named victim = transaction.existing(parent, name);
          requireEmptyDirectory(victim, name);
          recheck(transaction, caller, parent, victim);
          transaction.delete(RecordKey.entry(parent, name));
          drop(transaction, victim);
          transaction.touch(parent, -1, -1);
          return null;
        });
  }

  private static void recheck(Transaction transaction, Caller caller, InodeId parent, Named victim)
      throws DinofsException {
    if (transaction.isAgain()) {
      Permissions.requireRemovable(transaction, caller, parent, victim.attributes());
    }
  }

  static void requireEmptyDirectory(Named victim, Name name) throws DinofsException {
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
  Removed drop(Transaction transaction, Named victim) throws DinofsException {
    Attributes attributes = victim.attributes();
    if (!attributes.isDirectory() && attributes.nlink() > 1) {
      Attributes left =
          attributes.toBuilder().nlink(attributes.nlink() - 1).ctime(transaction.now()).build();
      transaction.putAttributes(victim.inode(), left);
      return new Removed(victim, List.of());
    }
    transaction.delete(RecordKey.attributes(victim.inode()));
    if (attributes.isDirectory()) {
      RecordKey parent = RecordKey.parent(victim.inode());
      transaction.read(parent);
      transaction.delete(parent);
    }
    List<VersionedRecord> gone =
        attributes.xattrs() > 0 ? xattrs.deleteAll(transaction, victim.inode()) : List.of();
    return new Removed(withContents(transaction, victim), gone);
  }

  /** Removes a small file's contents, and returns the file with them. */
  private static Named withContents(Transaction transaction, Named victim) throws DinofsException {
    Attributes attributes = victim.attributes();
    if (!(attributes.content() instanceof Content.InRecord small)) {
      return victim;
    }
    VersionedRecord data = transaction.read(RecordKey.data(victim.inode()));
    transaction.delete(data.key());
    return data.value()
        .flatMap(value -> SmallFiles.contents(small, value))
        .map(contents -> attributes.toBuilder().content(contents).build())
        .map(whole -> new Named(victim.inode(), whole))
        .orElse(victim);
  }
}
