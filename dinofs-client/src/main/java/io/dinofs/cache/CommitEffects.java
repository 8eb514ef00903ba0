package io.dinofs.cache;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a commit that was accepted says about the volume. */
final class CommitEffects {
  private CommitEffects() {}

  /** Every record that it wrote, removed or touched, as it was after it. */
  static List<VersionedRecord> records(Commit commit, CommitResult result) {
    List<VersionedRecord> records = new ArrayList<>(result.touched());
    Version version = Version.of(result.number());
    for (Mutation mutation : commit.mutations()) {
      if (mutation instanceof Mutation.Put put) {
        records.add(VersionedRecord.present(put.key(), version, put.value()));
      } else if (mutation instanceof Mutation.Delete delete) {
        records.add(VersionedRecord.absent(delete.key()));
      }
    }
    return records;
  }

  /** The directories that it made and left empty. */
  static Set<InodeId> emptyDirectories(Commit commit) {
    Set<InodeId> directories = new HashSet<>();
    for (Mutation mutation : commit.mutations()) {
      if (mutation instanceof Mutation.Put put
          && put.key().kind() == RecordKind.ATTRIBUTES
          && put.seen().equals(Version.ABSENT)
          && isEmptyDirectory(put)) {
        directories.add(put.key().inode());
      }
    }
    for (Mutation mutation : commit.mutations()) {
      RecordKey key = mutation.key();
      if (key.kind() == RecordKind.ENTRY) {
        directories.remove(key.inode());
      }
    }
    return directories;
  }

  private static boolean isEmptyDirectory(Mutation.Put put) {
    try {
      Attributes attributes = AttributesCodec.decode(put.value());
      return attributes.isDirectory() && attributes.entries() == 0;
    } catch (CorruptRecordException e) {
      // Whoever reads the record is told; that it was written is not this cache's to refuse.
      return false;
    }
  }
}
