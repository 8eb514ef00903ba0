package io.dinofs.upkeep;

import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Mutation;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VersionedStore;
import java.util.List;

/**
 * How much the collection before has kept, which each volume remembers in a counter. A metadata
 * server that was restored from an old backup, or a wrong one, refers to much less than the right
 * one did.
 */
final class LastCollection {
  private static final RecordKey KEPT = RecordKey.counter("blobs-kept");

  private final List<? extends ScannableStore> volumes;

  LastCollection(List<? extends ScannableStore> volumes) {
    this.volumes = volumes;
  }

  /**
   * @throws DinofsException NOT_PERMITTED if less than half of what was kept would be kept now; if
   *     there was no collection before, less than half of what is there
   */
  void requireNoShrinking(long kept, long garbage) throws DinofsException {
    long before = 0;
    for (ScannableStore volume : volumes) {
      VersionedRecord record = read(volume);
      if (record.isPresent()) {
        before = Math.max(before, Counter.decode(record.value().orElseThrow()).value());
      }
    }
    if (before > 0 ? kept < before / 2 : garbage > kept) {
      throw new DinofsException(
          ErrorKind.NOT_PERMITTED,
          "only %d blobs are referred to and %d are not, where %s; nothing is deleted"
              .formatted(
                  kept,
                  garbage,
                  before > 0 ? before + " were referred to the last time" : "most should be"));
    }
  }

  private static VersionedRecord read(ScannableStore volume) throws DinofsException {
    return volume.get(List.of(KEPT), VersionedStore.Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  /**
   * @throws DinofsException STALE if another collection runs at the same time, UNAVAILABLE, IO
   */
  void remember(long kept) throws DinofsException {
    for (ScannableStore volume : volumes) {
      Mutation.Put put = new Mutation.Put(KEPT, read(volume).version(), new Counter(kept).encode());
      volume.commit(new Commit(new CommitId(NodeId.random(), 1), List.of(put)));
    }
  }
}
