package io.dinofs.model;

import java.util.List;

/**
 * What became of a commit that was accepted.
 *
 * @param number its place in the volume's history; also the version of every record that it wrote
 * @param touched the attributes of the directories that it touched, as they are after it
 */
public record CommitResult(CommitNumber number, List<VersionedRecord> touched) {
  public CommitResult {
    touched = List.copyOf(touched);
  }
}
