package io.dinofs.store;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VersionedRecord;
import java.util.List;

/**
 * A commit was refused because records have changed since the caller read them. Nothing of it was
 * applied.
 */
public final class StaleException extends DinofsException {
  private static final long serialVersionUID = 1L;

  private final transient CommitNumber at;
  private final transient List<VersionedRecord> current;

  /**
   * @param at the commit as of which {@code current} was read
   * @param current every record of the commit whose version was not the one that the caller saw, as
   *     it is now
   */
  public StaleException(CommitNumber at, List<VersionedRecord> current) {
    super(ErrorKind.STALE, "stale: " + current.stream().map(VersionedRecord::key).toList());
    this.at = at;
    this.current = List.copyOf(current);
  }

  public CommitNumber at() {
    return at;
  }

  public List<VersionedRecord> current() {
    return current;
  }
}
