package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The extended attributes of an inode that is committed. What is changed becomes part of the
 * transaction with {@link #commit}, beside attributes that count them.
 */
final class CommittedXattrs implements XattrView {
  /** So many fit into the commit that removes their inode. */
  static final int MAX_PER_INODE = 900;

  private final Transaction transaction;
  private final InodeId inode;
  private final int countBefore;
  private final Map<Bytes, Optional<Bytes>> changes = new LinkedHashMap<>();
  private int count;

  /**
   * @param count as the inode's attributes say; an inode without any costs no look-up
   */
  CommittedXattrs(Transaction transaction, InodeId inode, int count) {
    this.transaction = transaction;
    this.inode = inode;
    this.countBefore = count;
    this.count = count;
  }

  @Override
  public Optional<Bytes> get(Bytes name) throws DinofsException {
    Optional<Bytes> changed = changes.get(name);
    return changed != null ? changed : committed(name);
  }

  private Optional<Bytes> committed(Bytes name) throws DinofsException {
    return countBefore == 0
        ? Optional.empty()
        : transaction.read(RecordKey.xattr(inode, name)).value();
  }

  @Override
  public void put(Bytes name, Bytes value) throws DinofsException {
    if (get(name).isEmpty()) {
      requireRoom(count);
      count++;
    }
    changes.put(name, Optional.of(value));
  }

  /**
   * @throws DinofsException NO_SPACE if there is no room for one more
   */
  static void requireRoom(int count) throws DinofsException {
    if (count >= MAX_PER_INODE) {
      throw new DinofsException(
          ErrorKind.NO_SPACE, "an inode has at most " + MAX_PER_INODE + " extended attributes");
    }
  }

  @Override
  public void remove(Bytes name) throws DinofsException {
    if (get(name).isPresent()) {
      count--;
      changes.put(name, Optional.empty());
    }
  }

  @Override
  public int count() {
    return count;
  }

  boolean isChanged() {
    return !changes.isEmpty();
  }

  /** Adds what was changed to the transaction. */
  void commit() throws DinofsException {
    for (Map.Entry<Bytes, Optional<Bytes>> change : changes.entrySet()) {
      RecordKey key = RecordKey.xattr(inode, change.getKey());
      Optional<Bytes> value = change.getValue();
      if (countBefore == 0 && value.isPresent()) {
        transaction.create(key, value.get()); // attributes of this version say that there is none
      } else if (value.isPresent()) {
        transaction.put(key, value.get());
      } else if (committed(change.getKey()).isPresent()) {
        transaction.delete(key);
      }
    }
  }
}
