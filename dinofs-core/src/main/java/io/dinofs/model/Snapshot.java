package io.dinofs.model;

import java.util.List;

/**
 * Records read at one moment.
 *
 * @param at the newest commit that the records show
 * @param records what was asked for, in that order; then, where asked for, the children's
 *     attributes
 */
public record Snapshot(CommitNumber at, List<VersionedRecord> records) {
  public Snapshot {
    records = List.copyOf(records);
  }
}
