package io.dinofs.store;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import java.util.List;
import java.util.Optional;

/**
 * A {@link VersionedStore} that a server can stand on: it makes many commits durable at once, tells
 * what has changed since a commit, and can be read as a whole.
 */
public interface GroupCommitStore extends ScannableStore {
  /**
   * Applies commits in this order, each on top of the ones before it, and returns when all that
   * were accepted are durable.
   *
   * @return the outcome of each, in the same order
   * @throws DinofsException NO_SPACE, IO, CLOSED: none was applied
   */
  List<Outcome> commitAll(List<Commit> commits) throws DinofsException;

  /**
   * The keys of all records that commits after {@code from} wrote or removed, each once, in any
   * order.
   *
   * @param limit the most keys
   * @return empty if the store does not remember that far back, does not know {@code from} at all,
   *     or there are more keys
   * @throws DinofsException IO, CLOSED
   */
  Optional<List<RecordKey>> changedAfter(CommitNumber from, int limit) throws DinofsException;

  /** What became of one commit. */
  sealed interface Outcome {}

  /**
   * It was applied, now or before.
   *
   * @param change what subscribers are told of it; empty if it was applied before
   */
  record Accepted(CommitResult result, Optional<CommittedChange> change) implements Outcome {}

  /**
   * It was refused, and nothing of it was applied: {@link StaleException}, or NOT_PERMITTED,
   * INVALID.
   */
  record Refused(DinofsException reason) implements Outcome {}
}
