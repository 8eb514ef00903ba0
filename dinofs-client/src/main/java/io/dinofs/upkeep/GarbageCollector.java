package io.dinofs.upkeep;

import io.dinofs.model.BlobKey;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableStore;
import io.dinofs.store.Key;
import io.dinofs.store.ScannableStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes the blobs that no volume needs, while the volumes are in use.
 *
 * <p>First it lists the blobs that are older than a grace period; then it marks what the volumes
 * refer to, each as of one commit; then it deletes what is old and unmarked, on the condition that
 * it still is old. A blob that a node is about to refer to is put by that node, also if the server
 * has it: that makes it young, before the deletion, which is refused then, or after it, which
 * stores it anew. So what counts is that no node waits longer than the grace period between putting
 * a blob and committing the file that needs it.
 *
 * <p>Any failure ends the collection, and before everything is marked nothing has been deleted.
 */
public final class GarbageCollector {
  private final CollectableStore store;
  private final Volumes served;
  private final BlobStore blobs;
  private final Progress progress;

  /**
   * How to collect.
   *
   * @param grace what was put more recently is left alone
   * @param dryRun whether nothing is deleted
   * @param acceptShrinking whether most of what was kept may be deleted
   */
  public record Settings(Duration grace, boolean dryRun, boolean acceptShrinking) {}

  /**
   * What was found and done.
   *
   * @param listed blobs on the server
   * @param young of these, what was put too recently to be looked at
   * @param kept of the others, what a volume refers to
   * @param garbage the rest, and its bytes
   * @param deleted of the garbage
   * @param refused put again in the meantime, and so not deleted
   */
  public record Report(
      long listed,
      long listedBytes,
      long young,
      long kept,
      long garbage,
      long garbageBytes,
      long deleted,
      long deletedBytes,
      long refused) {}

  /**
   * @param store has the blobs of {@code blobs}
   * @param served the volumes that keep their blobs there
   */
  public GarbageCollector(
      CollectableStore store, Volumes served, BlobStore blobs, Progress progress) {
    this.store = store;
    this.served = served;
    this.blobs = blobs;
    this.progress = progress;
  }

  /**
   * Collects the garbage of all volumes of the blob server.
   *
   * @param volumes all of them
   * @throws DinofsException WRONG_VOLUME if these are not the volumes that keep their blobs there;
   *     NOT_PERMITTED if suspiciously little is referred to; NOT_FOUND, CORRUPT, NOT_SUPPORTED if
   *     it can't be told what is referred to; UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  public Report collect(List<? extends ScannableStore> volumes, Settings settings)
      throws DinofsException {
    requireAll(volumes);
    OldBlobs old = list(settings.grace());
    Marks marks = new Marks(old.keys, blobs, progress);
    for (ScannableStore volume : volumes) {
      marks.add(volume);
    }
    long kept = marks.finish();
    long garbageBytes = 0;
    for (int i = 0; i < old.keys.size(); i++) {
      garbageBytes += marks.isMarked(i) ? 0 : old.bytes[i];
    }
    long garbage = old.keys.size() - kept;
    Report found =
        new Report(old.listed, old.listedBytes, old.young, kept, garbage, garbageBytes, 0, 0, 0);
    LastCollection last = new LastCollection(volumes);
    if (!settings.acceptShrinking()) {
      last.requireNoShrinking(kept, garbage);
    }
    if (settings.dryRun()) {
      return found;
    }
    last.remember(kept);
    return sweep(found, old, marks, settings.grace());
  }

  private void requireAll(List<? extends ScannableStore> volumes) throws DinofsException {
    Set<VolumeId> named = new HashSet<>();
    for (ScannableStore volume : volumes) {
      named.add(volume.volume());
    }
    Set<VolumeId> here = served.volumes();
    for (VolumeId volume : named) {
      if (!here.contains(volume)) {
        throw new DinofsException(
            ErrorKind.WRONG_VOLUME,
            "volume %s does not keep its contents on this blob server, as far as that knows; it is told by every mount"
                .formatted(volume));
      }
    }
    for (VolumeId volume : here) {
      if (!named.contains(volume)) {
        throw new DinofsException(
            ErrorKind.WRONG_VOLUME,
            "volume %s keeps its contents on this blob server too; name its metadata server as well"
                .formatted(volume));
      }
    }
  }

  /** What is old enough to be garbage. */
  private static final class OldBlobs {
    private final BlobSet keys = new BlobSet();

    /** By the numbers in {@link #keys}. */
    private int[] bytes = new int[1024];

    private long listed;
    private long listedBytes;
    private long young;

    void add(BlobKey key, CollectableStore.Stored stored, Duration grace) {
      listed++;
      listedBytes += stored.bytes();
      if (stored.age().compareTo(grace) < 0) {
        young++;
        return;
      }
      int number = keys.add(key);
      if (number >= bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
      }
      bytes[number] = Math.toIntExact(stored.bytes());
    }
  }

  private OldBlobs list(Duration grace) throws DinofsException {
    OldBlobs old = new OldBlobs();
    for (int part = 0; part < CollectableStore.PARTS; part++) {
      progress.at("listing blobs", part, CollectableStore.PARTS);
      store.forEachStored(
          part,
          stored -> {
            Optional<BlobKey> key = stored.key().asBlob();
            key.ifPresent(blob -> old.add(blob, stored, grace));
          });
    }
    return old;
  }

  private Report sweep(Report found, OldBlobs old, Marks marks, Duration grace)
      throws DinofsException {
    long deleted = 0;
    long deletedBytes = 0;
    long refused = 0;
    for (int i = 0; i < old.keys.size(); i++) {
      if (marks.isMarked(i)) {
        continue;
      }
      progress.at("deleting garbage", deleted + refused, found.garbage());
      switch (store.deleteOlder(Key.ofBlob(old.keys.get(i)), grace)) {
        case DELETED -> {
          deleted++;
          deletedBytes += old.bytes[i];
        }
        case TOO_YOUNG -> refused++;
        case ABSENT -> {
          // Another collection was faster.
        }
      }
    }
    return new Report(
        found.listed(),
        found.listedBytes(),
        found.young(),
        found.kept(),
        found.garbage(),
        found.garbageBytes(),
        deleted,
        deletedBytes,
        refused);
  }
}
