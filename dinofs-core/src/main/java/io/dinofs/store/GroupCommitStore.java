package io.dinofs.store;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import java.util.List;

/** A {@link VersionedStore} that makes many commits durable at once. */
public interface GroupCommitStore extends VersionedStore {
  /**
   * Applies commits in this order, each on top of the ones before it, and returns when all that
   * were accepted are durable.
   *
   * @return the outcome of each, in the same order
   * @throws DinofsException NO_SPACE, IO, CLOSED: none was applied
   */
  List<Outcome> commitAll(List<Commit> commits) throws DinofsException;

  /** What became of one commit. */
  sealed interface Outcome {}

  /** It was applied, now or before. */
  record Accepted(CommitResult result) implements Outcome {}

  /**
   * It was refused, and nothing of it was applied: {@link StaleException}, or NOT_PERMITTED,
   * INVALID.
   */
  record Refused(DinofsException reason) implements Outcome {}
}
