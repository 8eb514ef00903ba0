package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.vfs.ExtendedAttributes.XattrMode;
import io.dinofs.vfs.content.OpenInode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Extended attributes: xattr(7). An inode's attributes count them, so that an inode without any
 * costs no look-up.
 */
final class Xattrs {
  private static final Logger log = LoggerFactory.getLogger(Xattrs.class);
  private static final Bytes USER = Bytes.utf8("user.");
  private static final Bytes SYSTEM = Bytes.utf8("system.");
  private static final List<Bytes> NAMESPACES =
      List.of(USER, Bytes.utf8("trusted."), Bytes.utf8("security."));
  private static final int PERMISSION_BITS = 0777;

  private final VersionedStore store;
  private final Transactions transactions;
  private final InodeEdits edits;
  private final OpenInodes open;

  Xattrs(VersionedStore store, Transactions transactions, InodeEdits edits, OpenInodes open) {
    this.store = store;
    this.transactions = transactions;
    this.edits = edits;
    this.open = open;
  }

  Bytes get(InodeId inode, Bytes name) throws DinofsException {
    requireName(name);
    return transactions.run(
        transaction -> {
          Optional<Attributes> committed = transaction.attributes(inode);
          XattrView xattrs =
              committed.isPresent()
                  ? new CommittedXattrs(transaction, inode, committed.get().xattrs())
                  : unnamed(inode);
          return xattrs.get(name).orElseThrow(() -> noAttribute(name));
        });
  }

  List<Bytes> list(InodeId inode) throws DinofsException {
    return transactions.run(
        transaction -> {
          Optional<Attributes> committed = transaction.attributes(inode);
          if (committed.isEmpty()) {
            return unnamed(inode).names();
          }
          return committed.get().xattrs() == 0
              ? List.of()
              : all(inode).stream().map(record -> record.key().name()).toList();
        });
  }

  private UnnamedXattrs unnamed(InodeId inode) throws DinofsException {
    OpenInode file = open.find(inode).orElseThrow(() -> Transaction.gone(inode));
    return open.unnamedXattrs(file);
  }

  void set(
      Caller caller, InodeId inode, Bytes name, Bytes value, XattrMode mode, Privileges privileges)
      throws DinofsException {
    requireName(name);
    if (value.length() > VersionedRecord.MAX_VALUE_BYTES) {
      throw new DinofsException(
          ErrorKind.TOO_BIG, "an extended attribute of " + value.length() + " bytes");
    }
    edits.run(
        inode,
        (transaction, current, xattrs) -> {
          recheck(transaction, caller, inode, current, name);
          boolean present = xattrs.get(name).isPresent();
          if (present && mode == XattrMode.CREATE) {
            throw new DinofsException(
                ErrorKind.EXISTS, "extended attribute " + name + " is there already");
          }
          if (!present && mode == XattrMode.REPLACE) {
            throw noAttribute(name);
          }
          Attributes changed = current.toBuilder().ctime(transaction.now()).build();
          if (isAcl(name)) {
            return setAcl(changed, xattrs, name, value, privileges);
          }
          xattrs.put(name, value);
          return changed;
        });
  }

  private static Attributes setAcl(
      Attributes attributes, XattrView xattrs, Bytes name, Bytes value, Privileges privileges)
      throws DinofsException {
    if (attributes.type() == FileType.SYMLINK) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "a symbolic link has no access control list");
    }
    boolean isAccess = name.equals(Acl.ACCESS);
    if (!isAccess && !attributes.isDirectory()) {
      throw new DinofsException(
          ErrorKind.ACCESS_DENIED, "only a directory has a default access control list");
    }
    if (Acl.isEmpty(value)) {
      xattrs.remove(name);
      return attributes;
    }
    Acl list = Acl.decode(value);
    if (!isAccess) {
      xattrs.put(name, list.encode());
      return attributes;
    }
    if (list.isMode()) {
      xattrs.remove(name);
    } else {
      xattrs.put(name, list.encode());
    }
    int mode = (attributes.mode() & ~PERMISSION_BITS) | list.mode();
    int kept = privileges == Privileges.DROP ? mode & ~Privileges.SET_GID : mode;
    return attributes.toBuilder().mode(kept).build();
  }

  void remove(Caller caller, InodeId inode, Bytes name) throws DinofsException {
    requireName(name);
    edits.run(
        inode,
        (transaction, current, xattrs) -> {
          recheck(transaction, caller, inode, current, name);
          if (xattrs.get(name).isEmpty()) {
            throw noAttribute(name);
          }
          xattrs.remove(name);
          return current.toBuilder().ctime(transaction.now()).build();
        });
  }

  /** Removes all of them together with their inode. */
  List<VersionedRecord> deleteAll(Transaction transaction, InodeId inode) throws DinofsException {
    List<VersionedRecord> all = all(inode);
    for (VersionedRecord record : all) {
      transaction.remember(record);
      transaction.delete(record.key());
    }
    return all;
  }

  /** All of them, but no more than an inode may have, whatever a node has written. */
  private List<VersionedRecord> all(InodeId inode) throws DinofsException {
    List<VersionedRecord> all = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    while (true) {
      int room = CommittedXattrs.MAX_PER_INODE - all.size();
      Listing page = store.list(inode, RecordKind.XATTR, after, room, Children.WITHOUT_ATTRIBUTES);
      all.addAll(page.records());
      if (!page.more()) {
        return all;
      }
      if (all.size() == CommittedXattrs.MAX_PER_INODE) {
        log.warn("inode {} has more extended attributes than it may; fsck finds the rest", inode);
        return all;
      }
      after = page.records().get(page.records().size() - 1).key().name();
    }
  }

  private static void recheck(
      Transaction transaction, Caller caller, InodeId inode, Attributes attributes, Bytes name)
      throws DinofsException {
    if (!transaction.isAgain()) {
      return;
    }
    if (name.startsWith(USER)) {
      Permissions.require(transaction, caller, inode, attributes, Permissions.WRITE);
    } else if (name.startsWith(SYSTEM)) {
      Permissions.requireOwner(caller, attributes);
    }
  }

  private static boolean isAcl(Bytes name) {
    return name.equals(Acl.ACCESS) || name.equals(Acl.DEFAULT);
  }

  private static void requireName(Bytes name) throws DinofsException {
    if (name.isEmpty() || name.length() > RecordKey.MAX_NAME_BYTES) {
      throw new DinofsException(
          ErrorKind.RANGE, "the name of an extended attribute has 1 to 255 bytes");
    }
    boolean known =
        NAMESPACES.stream()
            .anyMatch(space -> name.startsWith(space) && name.length() > space.length());
    if (!known && !isAcl(name)) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "extended attribute " + name + " is in no namespace of Linux");
    }
  }

  private static DinofsException noAttribute(Bytes name) {
    return new DinofsException(ErrorKind.NO_ATTRIBUTE, "no extended attribute " + name);
  }
}
