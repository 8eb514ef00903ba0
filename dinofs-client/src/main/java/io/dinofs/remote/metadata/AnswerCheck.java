package io.dinofs.remote.metadata;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether what the server says is about what it was asked. A server can lie about names and
 * attributes, and nobody would know; but it must not put records into the caches that nobody asked
 * for, nor names before a kernel that no file can have, nor keep anybody in a loop.
 *
 * <p>All methods throw PROTOCOL for what is not.
 */
final class AnswerCheck {
  private AnswerCheck() {}

  /** The records in the order of the keys, then the attributes of the children. */
  static void get(List<RecordKey> keys, Children children, Snapshot answer) throws DinofsException {
    List<VersionedRecord> records = answer.records();
    int found = Math.min(keys.size(), records.size());
    for (int i = 0; i < found; i++) {
      require(records.get(i).key().equals(keys.get(i)), "another record than was asked for");
    }
    Set<RecordKey> expected = new LinkedHashSet<>();
    if (children == Children.WITH_ATTRIBUTES) {
      expected = attributesOfChildren(records.subList(0, found));
    }
    require(records.size() == keys.size() + expected.size(), "more or fewer records than it was");
    int next = keys.size();
    for (RecordKey key : expected) {
      require(records.get(next).key().equals(key), "attributes of another inode than of a child");
      next++;
    }
  }

  /** A page of the inode's records, in order, that goes on behind {@code after}. */
  static void list(
      InodeId inode, RecordKind kind, Bytes after, int limit, Children children, Listing answer)
      throws DinofsException {
    List<VersionedRecord> records = answer.records();
    require(records.size() <= limit, "more records than a page has room for");
    require(!records.isEmpty() || !answer.more(), "a page without records that is not the last");
    Bytes last = after;
    for (VersionedRecord record : records) {
      RecordKey key = record.key();
      boolean asked = key.inode().equals(inode) && key.kind() == kind && record.isPresent();
      require(asked, "a record that is not of the list");
      boolean first = last.isEmpty() && !kind.isNamed();
      require(first || key.name().compareTo(last) > 0, "a page out of order");
      requireLegalName(key);
      last = key.name();
    }
    Set<RecordKey> allowed =
        children == Children.WITH_ATTRIBUTES ? attributesOfChildren(records) : Set.of();
    for (VersionedRecord attributes : answer.attributes()) {
      require(allowed.contains(attributes.key()), "attributes of another inode than of a child");
    }
  }

  /** The outcome of a commit: its number, and the directories that it touched. */
  static void committed(Commit commit, CommitResult result) throws DinofsException {
    require(result.number().isAfter(CommitNumber.NONE), "a commit without a number");
    Set<RecordKey> touched = new HashSet<>();
    for (Mutation mutation : commit.mutations()) {
      if (mutation instanceof Mutation.TouchDirectory touch) {
        touched.add(touch.key());
      }
    }
    for (VersionedRecord record : result.touched()) {
      require(touched.contains(record.key()), "a directory that the commit did not touch");
    }
  }

  /** Why a commit was refused: what its records are. */
  static void stale(Commit commit, List<VersionedRecord> current) throws DinofsException {
    Set<RecordKey> keys = new HashSet<>();
    commit.mutations().forEach(mutation -> keys.add(mutation.key()));
    for (VersionedRecord record : current) {
      require(keys.contains(record.key()), "a record that the commit did not have");
    }
  }

  /** A page of a scan, which is in the order of the keys. */
  static void scanned(RecordKey last, List<VersionedRecord> page) throws DinofsException {
    RecordKey before = last;
    for (VersionedRecord record : page) {
      require(before == null || record.key().compareTo(before) > 0, "a scan out of order");
      require(record.isPresent(), "a scan with a record that is not there");
      before = record.key();
    }
  }

  /** Names that a kernel may be told of. */
  static void pushed(List<VersionedRecord> records) throws DinofsException {
    for (VersionedRecord record : records) {
      requireLegalName(record.key());
    }
  }

  private static Set<RecordKey> attributesOfChildren(List<VersionedRecord> records)
      throws DinofsException {
    Set<RecordKey> keys = new LinkedHashSet<>();
    for (VersionedRecord record : records) {
      if (record.key().kind() == RecordKind.ENTRY && record.isPresent()) {
        Bytes entry = record.value().orElseThrow();
        keys.add(RecordKey.attributes(DirectoryEntry.decode(entry).child()));
      }
    }
    return keys;
  }

  private static void requireLegalName(RecordKey key) throws DinofsException {
    if (key.kind() == RecordKind.ENTRY) {
      try {
        Name unused = new Name(key.name());
      } catch (IllegalArgumentException e) {
        throw new DinofsException(
            ErrorKind.PROTOCOL, "the server tells of a file of an impossible name: " + key, e);
      }
    }
  }

  private static void require(boolean holds, String what) throws DinofsException {
    if (!holds) {
      throw new DinofsException(ErrorKind.PROTOCOL, "the server has answered with " + what);
    }
  }
}
