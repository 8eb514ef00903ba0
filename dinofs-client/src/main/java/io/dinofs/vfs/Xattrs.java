package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.vfs.FileSystem.XattrMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Extended attributes: xattr(7). An inode's attributes count them, so that an inode without any
 * costs no look-up.
 */
final class Xattrs {
  /** So many fit into the commit that removes their inode. */
  static final int MAX_PER_INODE = 900;

  private static final List<String> NAMESPACES =
      List.of("user.", "trusted.", "security.", "system.");

  private final VersionedStore store;
  private final Transactions transactions;

  Xattrs(VersionedStore store, Transactions transactions) {
    this.store = store;
    this.transactions = transactions;
  }

  Bytes get(InodeId inode, Bytes name) throws DinofsException {
    requireName(name);
    return transactions.run(
        transaction -> {
          if (existing(transaction, inode).xattrs() == 0) {
            throw noAttribute(name);
          }
          return transaction
              .read(RecordKey.xattr(inode, name))
              .value()
              .orElseThrow(() -> noAttribute(name));
        });
  }

  List<Bytes> list(InodeId inode) throws DinofsException {
    return transactions.run(
        transaction -> {
          if (existing(transaction, inode).xattrs() == 0) {
            return List.of();
          }
          return all(inode).stream().map(record -> record.key().name()).toList();
        });
  }

  void set(Caller caller, InodeId inode, Bytes name, Bytes value, XattrMode mode)
      throws DinofsException {
    requireName(name);
    if (value.length() > VersionedRecord.MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "an extended attribute of " + value.length() + " bytes");
    }
    RecordKey key = RecordKey.xattr(inode, name);
    transactions.run(
        transaction -> {
          Attributes attributes = existing(transaction, inode);
          recheck(transaction, caller, attributes, name);
          boolean present = transaction.read(key).isPresent();
          if (present && mode == XattrMode.CREATE) {
            throw new DinofsException(
                ErrorKind.EXISTS, "extended attribute " + name + " is there already");
          }
          if (!present && mode == XattrMode.REPLACE) {
            throw noAttribute(name);
          }
          if (!present && attributes.xattrs() == MAX_PER_INODE) {
            throw new DinofsException(
                ErrorKind.NO_SPACE,
                "an inode has at most " + MAX_PER_INODE + " extended attributes");
          }
          transaction.put(key, value);
          putCount(transaction, inode, attributes, present ? 0 : 1);
          return null;
        });
  }

  void remove(Caller caller, InodeId inode, Bytes name) throws DinofsException {
    requireName(name);
    RecordKey key = RecordKey.xattr(inode, name);
    transactions.run(
        transaction -> {
          Attributes attributes = existing(transaction, inode);
          recheck(transaction, caller, attributes, name);
          if (!transaction.read(key).isPresent()) {
            throw noAttribute(name);
          }
          transaction.delete(key);
          putCount(transaction, inode, attributes, -1);
          return null;
        });
  }

  /** Removes all of them together with their inode. */
  void deleteAll(Transaction transaction, InodeId inode) throws DinofsException {
    for (VersionedRecord record : all(inode)) {
      transaction.remember(record);
      transaction.delete(record.key());
    }
  }

  private List<VersionedRecord> all(InodeId inode) throws DinofsException {
    List<VersionedRecord> all = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    while (true) {
      Listing page =
          store.list(inode, RecordKind.XATTR, after, MAX_PER_INODE, Children.WITHOUT_ATTRIBUTES);
      all.addAll(page.records());
      if (!page.more()) {
        return all;
      }
      after = page.records().get(page.records().size() - 1).key().name();
    }
  }

  private static void putCount(
      Transaction transaction, InodeId inode, Attributes attributes, int delta) {
    transaction.putAttributes(
        inode,
        attributes.toBuilder()
            .xattrs(attributes.xattrs() + delta)
            .ctime(transaction.now())
            .build());
  }

  private static Attributes existing(Transaction transaction, InodeId inode)
      throws DinofsException {
    return transaction.attributes(inode).orElseThrow(() -> Transaction.gone(inode));
  }

  private static void recheck(
      Transaction transaction, Caller caller, Attributes attributes, Bytes name)
      throws DinofsException {
    if (transaction.isAgain() && name.startsWith(Bytes.utf8("user."))) {
      Permissions.require(caller, attributes, Permissions.WRITE);
    }
  }

  private static void requireName(Bytes name) throws DinofsException {
    if (name.isEmpty() || name.length() > RecordKey.MAX_NAME_BYTES) {
      throw new DinofsException(
          ErrorKind.RANGE, "the name of an extended attribute has 1 to 255 bytes");
    }
    for (String namespace : NAMESPACES) {
      if (name.startsWith(Bytes.utf8(namespace)) && name.length() > namespace.length()) {
        return;
      }
    }
    throw new DinofsException(
        ErrorKind.NOT_SUPPORTED, "extended attribute " + name + " is in no namespace of Linux");
  }

  private static DinofsException noAttribute(Bytes name) {
    return new DinofsException(ErrorKind.NO_ATTRIBUTE, "no extended attribute " + name);
  }
}
