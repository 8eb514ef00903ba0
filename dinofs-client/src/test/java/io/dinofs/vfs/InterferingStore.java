package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.Mutation;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VolumeId;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.VersionedStore;
import java.util.List;

/**
 * Lets somebody else do something just before the first commit of a kind, after it was computed.
 */
final class InterferingStore implements VersionedStore {
  private final VersionedStore store;
  private final RecordKind kind;
  private final Interference interference;
  private boolean done;

  interface Interference {
    void run() throws DinofsException;
  }

  /** Before the first commit of a directory entry. */
  InterferingStore(VersionedStore store, Interference interference) {
    this(store, RecordKind.ENTRY, interference);
  }

  InterferingStore(VersionedStore store, RecordKind kind, Interference interference) {
    this.store = store;
    this.kind = kind;
    this.interference = interference;
  }

  @Override
  public CommitResult commit(Commit commit) throws DinofsException {
    boolean awaited =
        commit.mutations().stream().map(Mutation::key).map(RecordKey::kind).anyMatch(kind::equals);
    if (awaited && !done) {
      done = true;
      interference.run();
    }
    return store.commit(commit);
  }

  @Override
  public VolumeId volume() throws DinofsException {
    return store.volume();
  }

  @Override
  public Snapshot get(List<RecordKey> keys, Children children) throws DinofsException {
    return store.get(keys, children);
  }

  @Override
  public Listing list(InodeId inode, RecordKind kind, Bytes after, int limit, Children children)
      throws DinofsException {
    return store.list(inode, kind, after, limit, children);
  }

  @Override
  public Subscription subscribe(CommitNumber from, CommitListener listener) throws DinofsException {
    return store.subscribe(from, listener);
  }

  @Override
  public VolumeStatistics statistics() throws DinofsException {
    return store.statistics();
  }

  @Override
  public void close() throws DinofsException {
    store.close();
  }
}
