package io.dinofs.upkeep;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The records of one inode, and whether they agree. Not safe for several threads. */
final class InodeRecords {
  private final InodeId inode;
  private boolean attributesAreThere;
  private Attributes attributes;
  private Bytes data;
  private long parent = InodeTable.NOBODY;
  private long entries;
  private int directories;
  private int xattrs;

  InodeRecords(InodeId inode) {
    this.inode = inode;
  }

  InodeId inode() {
    return inode;
  }

  /** Empty if there are none, or none that can be read. */
  Optional<Attributes> attributes() {
    return Optional.ofNullable(attributes);
  }

  /** What the parent record says; {@link InodeTable#NOBODY} without one. */
  long parent() {
    return parent;
  }

  /**
   * @param table takes the entry, if it is one
   * @throws CorruptRecordException if its value can't be read
   */
  void add(VersionedRecord record, EntryTable table) throws CorruptRecordException {
    Bytes value = record.value().orElseThrow();
    switch (record.key().kind()) {
      case ATTRIBUTES -> {
        attributesAreThere = true;
        attributes = AttributesCodec.decode(value);
      }
      case DATA -> data = value;
      case ENTRY -> {
        DirectoryEntry entry = DirectoryEntry.decode(value);
        entries++;
        directories += entry.type() == FileType.DIRECTORY ? 1 : 0;
        table.add(inode, entry.child(), entry.type());
      }
      case PARENT -> parent = InodeId.decode(value).value();
      case XATTR -> xattrs++;
      case COUNTER, KEYS ->
          throw new CorruptRecordException("a record of the volume under an inode");
    }
  }

  /** What is wrong with them. */
  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (!attributesAreThere) {
      problems.add(
          problem(
              Problem.Kind.NO_ATTRIBUTES,
              "has no attributes, but %d entries, %d bytes of contents, %d extended attributes"
                  .formatted(entries, data == null ? 0 : data.length(), xattrs)));
    } else if (attributes != null) {
      check(problems);
    }
    return problems;
  }

  private void check(List<Problem> problems) {
    if (attributes.xattrs() != xattrs) {
      problems.add(count(attributes.xattrs(), "extended attributes", xattrs));
    }
    if (attributes.entries() != entries) {
      problems.add(count(attributes.entries(), "entries", entries));
    }
    if (attributes.isDirectory() && attributes.nlink() != directories + 2) {
      problems.add(count(attributes.nlink(), "links", directories + 2));
    }
    if (attributes.content() instanceof Content.InRecord small) {
      if (data == null) {
        problems.add(problem(Problem.Kind.DATA, "is a small file whose contents are not there"));
      } else if (!BlobKey.of(data.asBuffer()).equals(small.digest())) {
        problems.add(
            problem(Problem.Kind.DATA, "is a small file whose contents are not what they were"));
      }
    } else if (data != null) {
      problems.add(
          problem(Problem.Kind.STRAY_DATA, "has the contents of a small file, but is none"));
    }
  }

  private Problem count(long told, String what, long found) {
    return problem(
        Problem.Kind.COUNT, "says that it has %d %s, but it has %d".formatted(told, what, found));
  }

  private Problem problem(Problem.Kind kind, String what) {
    return Problem.of(kind, inode, "inode " + inode + " " + what);
  }
}
