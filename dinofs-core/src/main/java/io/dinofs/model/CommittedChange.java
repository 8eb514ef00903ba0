package io.dinofs.model;

import java.util.List;

/**
 * A commit as subscribers see it.
 *
 * @param number each is greater than the one before; after a resume, numbers may be left out, and a
 *     record may be newer than the number says
 * @param records every record that was written or removed, with its new state
 * @param own whether the subscriber's own node made it; false where that is not known
 */
public record CommittedChange(CommitNumber number, List<VersionedRecord> records, boolean own) {
  public CommittedChange {
    records = List.copyOf(records);
  }

  /** A commit of which it is not known who made it. */
  public CommittedChange(CommitNumber number, List<VersionedRecord> records) {
    this(number, records, false);
  }

  /** The same commit, as the node sees it that made it. */
  public CommittedChange asOwn() {
    return new CommittedChange(number, records, true);
  }
}
