package io.dinofs.upkeep;

import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills an empty volume with records, thousands a second, by many commits. What is in the root
 * directory comes last: until then nobody sees anything of it, and an import that is cut short
 * leaves a volume that looks empty, but is not taken for empty. Not safe for several threads.
 */
public final class VolumeImport {
  private static final int BATCH_MUTATIONS = 512;
  private static final long BATCH_BYTES = 1 << 20;

  private final VersionedStore volume;
  private final NodeId node = NodeId.random();
  private final List<Mutation> batch = new ArrayList<>();
  private final List<Mutation> ofRoot = new ArrayList<>();
  private long batchBytes;
  private long commits;
  private long records;

  /**
   * @throws DinofsException EXISTS if the volume is not empty; UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  public VolumeImport(VersionedStore volume) throws DinofsException {
    this.volume = volume;
    boolean empty =
        volume.statistics().inodes() == 1
            && volume
                .list(InodeId.ROOT, RecordKind.ENTRY, Bytes.EMPTY, 1, Children.WITHOUT_ATTRIBUTES)
                .records()
                .isEmpty();
    if (!empty) {
      throw new DinofsException(
          ErrorKind.EXISTS, "volume " + volume.volume() + " is not empty; import to a new one");
    }
  }

  /**
   * Adds a record.
   *
   * @throws DinofsException NOT_SUPPORTED if it says that the volume has another format; INVALID;
   *     and as {@link VersionedStore#commit}
   */
  public void add(RecordKey key, Bytes value) throws DinofsException {
    records++;
    if (key.equals(VolumeFormat.FORMAT)) {
      VolumeFormat.check(VersionedRecord.present(key, new Version(1), value));
    } else if (key.inode().equals(InodeId.ROOT)) {
      ofRoot.add(new Mutation.Put(key, seen(key), value));
    } else {
      boolean ofVolume = key.inode().equals(InodeId.VOLUME);
      put(new Mutation.Put(key, ofVolume ? seen(key) : Version.ABSENT, value));
    }
  }

  private Version seen(RecordKey key) throws DinofsException {
    if (key.kind() == RecordKind.ENTRY) {
      return Version.ABSENT;
    }
    return volume.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0).version();
  }

  private void put(Mutation mutation) throws DinofsException {
    batch.add(mutation);
    if (mutation instanceof Mutation.Put put) {
      batchBytes += put.value().length() + put.key().name().length();
    }
    if (batch.size() >= BATCH_MUTATIONS || batchBytes >= BATCH_BYTES) {
      commit();
    }
  }

  private void commit() throws DinofsException {
    if (!batch.isEmpty()) {
      volume.commit(new Commit(new CommitId(node, ++commits), batch));
      batch.clear();
      batchBytes = 0;
    }
  }

  /** How many records were added. */
  public long records() {
    return records;
  }

  /**
   * Adds what is in the root directory, and so shows everything.
   *
   * @throws DinofsException as {@link VersionedStore#commit}
   */
  public void finish() throws DinofsException {
    for (Mutation mutation : ofRoot) {
      put(mutation);
    }
    commit();
  }
}
