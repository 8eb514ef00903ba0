package io.dinofs.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A change of one or more records that happens as a whole or not at all.
 *
 * @param id names the commit for the case that it is sent twice
 * @param mutations 1 to {@value #MAX_MUTATIONS}, each of another record
 */
public record Commit(CommitId id, List<Mutation> mutations) {
  public static final int MAX_MUTATIONS = 1024;

  /**
   * @throws IllegalArgumentException if there are too many or no mutations, or two of one record
   */
  public Commit {
    mutations = List.copyOf(mutations);
    if (mutations.isEmpty() || mutations.size() > MAX_MUTATIONS) {
      throw new IllegalArgumentException(
          "a commit has 1 to 1024 mutations, not " + mutations.size());
    }
    Set<RecordKey> keys = new HashSet<>();
    for (Mutation mutation : mutations) {
      if (!keys.add(mutation.key())) {
        throw new IllegalArgumentException(
            "a commit changes a record once, not twice: " + mutation.key());
      }
    }
  }
}
