package io.dinofs.store;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.VersionedRecord;
import java.util.List;

/**
 * All records of a volume as of one commit, in the order of their encoded keys: the records of an
 * inode stand together. Used by one thread at a time.
 */
public interface VolumeScan extends AutoCloseable {
  /** The most records of a page. */
  int MAX_PAGE_RECORDS = 4096;

  /** The commit as of which the records are told. */
  CommitNumber at();

  /**
   * The next present records, some but not more than {@link #MAX_PAGE_RECORDS}; none behind the
   * last, also when asked again.
   *
   * @throws DinofsException STALE if the store could not keep the state any longer: what was read
   *     is good for nothing, and a new scan may succeed; UNAVAILABLE, INTERRUPTED, CORRUPT, IO,
   *     CLOSED
   */
  List<VersionedRecord> next() throws DinofsException;

  /** Lets the store forget the state. */
  @Override
  void close();
}
