package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.VersionedRecord;
import java.util.List;

/**
 * What the journal keeps of a commit: enough to do it again, and to answer it again.
 *
 * @param records the new state of all that was written or removed
 * @param touched which of them were touched directories
 * @param inodeDelta how many inodes came, less those that went
 */
record JournaledCommit(
    CommitNumber number,
    CommitId id,
    List<VersionedRecord> records,
    List<VersionedRecord> touched,
    int inodeDelta) {
  CommitResult result() {
    return new CommitResult(number, touched);
  }
}
