package io.dinofs.model;

import java.time.Instant;

/** One step of a {@link Commit}. */
public sealed interface Mutation {
  /** The record that the step concerns. */
  RecordKey key();

  /** A step that holds only if the record still has the version that the caller saw. */
  sealed interface Conditional extends Mutation {
    /** {@link Version#ABSENT} if the caller saw that there is no such record. */
    Version seen();
  }

  /** Writes a record. */
  record Put(RecordKey key, Version seen, Bytes value) implements Conditional {
    public Put {
      if (value.length() > VersionedRecord.MAX_VALUE_BYTES) {
        throw new IllegalArgumentException(
            "a record's value has at most 64 KiB, not " + value.length());
      }
    }
  }

  /** Removes a record. */
  record Delete(RecordKey key, Version seen) implements Conditional {}

  /** Changes nothing, but refuses the commit if the record has changed. */
  record Check(RecordKey key, Version seen) implements Conditional {}

  /**
   * Counts entries and links of a directory up or down and sets its mtime and ctime, whatever its
   * version, so that many nodes can create files in one directory without conflicts. The commit is
   * stale if the inode has no attributes or is no directory.
   *
   * @param entryDelta added to the number of entries
   * @param linkDelta added to the link count: directories that came less directories that went
   * @param time the new mtime and ctime, unless the ctime is later already: then both are what that
   *     is
   */
  record TouchDirectory(InodeId directory, int entryDelta, int linkDelta, Instant time)
      implements Mutation {
    @Override
    public RecordKey key() {
      return RecordKey.attributes(directory);
    }
  }
}
