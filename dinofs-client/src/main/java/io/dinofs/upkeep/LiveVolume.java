package io.dinofs.upkeep;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.List;

/** A volume as it is now, for those who know how it was at some commit. */
final class LiveVolume {
  private final VersionedStore volume;
  private final CommitNumber at;
  private final NodeId node = NodeId.random();
  private long commits;

  LiveVolume(VersionedStore volume, CommitNumber at) {
    this.volume = volume;
    this.at = at;
  }

  VersionedRecord read(RecordKey key) throws DinofsException {
    return volume.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  /**
   * @throws DinofsException STALE if the record has changed since the commit
   */
  VersionedRecord unchanged(RecordKey key) throws DinofsException {
    VersionedRecord record = read(key);
    if (record.version().value() > at.value()) {
      throw new DinofsException(ErrorKind.STALE, "record " + key + " has changed meanwhile");
    }
    return record;
  }

  /** All records of one kind of an inode. */
  List<VersionedRecord> list(InodeId inode, RecordKind kind) throws DinofsException {
    List<VersionedRecord> records = new ArrayList<>();
    Bytes after = Bytes.EMPTY;
    boolean more = true;
    while (more) {
      Listing page =
          volume.list(
              inode, kind, after, VersionedStore.MAX_LIST_LIMIT, Children.WITHOUT_ATTRIBUTES);
      records.addAll(page.records());
      more = page.more() && !page.records().isEmpty();
      after = more ? page.records().get(page.records().size() - 1).key().name() : after;
    }
    return records;
  }

  /** The entries of a directory that name an inode. */
  List<VersionedRecord> entriesOf(InodeId directory, InodeId inode) throws DinofsException {
    List<VersionedRecord> entries = new ArrayList<>();
    for (VersionedRecord entry : list(directory, RecordKind.ENTRY)) {
      if (DirectoryEntry.decode(entry.value().orElseThrow()).child().equals(inode)) {
        entries.add(entry);
      }
    }
    return entries;
  }

  void commit(Mutation... mutations) throws DinofsException {
    commit(List.of(mutations));
  }

  /**
   * @throws DinofsException as {@link VersionedStore#commit}; INVALID for more mutations than a
   *     commit can have
   */
  void commit(List<Mutation> mutations) throws DinofsException {
    if (mutations.size() > Commit.MAX_MUTATIONS) {
      throw new DinofsException(
          ErrorKind.INVALID, "too much for one commit: " + mutations.size() + " changes");
    }
    volume.commit(new Commit(new CommitId(node, ++commits), mutations));
  }
}
