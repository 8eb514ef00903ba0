package io.dinofs.model;

import java.util.List;

/**
 * A commit as subscribers see it.
 *
 * @param number each is greater than the one before; after a resume, numbers may be left out, and a
 *     record may be newer than the number says
 * @param records every record that was written or removed, with its new state
 */
public record CommittedChange(CommitNumber number, List<VersionedRecord> records) {
  public CommittedChange {
    records = List.copyOf(records);
  }
}
