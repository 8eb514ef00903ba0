package io.dinofs.upkeep;

import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeStatistics;
import io.dinofs.store.BlobStore;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VolumeScan;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Marks, of a set of blobs, those that volumes refer to. */
final class Marks {
  private final BlobSet candidates;
  private final BlobStore blobs;
  private final Progress progress;
  private final BitSet marked = new BitSet();
  private final BlobSet manifests = new BlobSet();

  Marks(BlobSet candidates, BlobStore blobs, Progress progress) {
    this.candidates = candidates;
    this.blobs = blobs;
    this.progress = progress;
  }

  /**
   * Marks what the attributes of a volume's inodes name.
   *
   * @throws DinofsException as {@link GarbageCollector#collect}
   */
  void add(ScannableStore volume) throws DinofsException {
    VolumeStatistics statistics = volume.statistics();
    long inodes = 0;
    CommitNumber at;
    try (VolumeScan scan = volume.scan()) {
      at = scan.at();
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          if (record.key().kind() == RecordKind.ATTRIBUTES) {
            inodes++;
            add(record);
          }
        }
        progress.at("reading inodes", inodes, statistics.inodes());
      }
    }
    if (at.equals(statistics.newest()) && inodes != statistics.inodes()) {
      throw new DinofsException(
          ErrorKind.CORRUPT,
          "volume %s has %d inodes by its own count, but %d were read; nothing is deleted"
              .formatted(volume.volume(), statistics.inodes(), inodes));
    }
  }

  private void add(VersionedRecord attributes) throws DinofsException {
    Optional<References.Named> named =
        References.of(AttributesCodec.decode(attributes.value().orElseThrow()));
    if (named.isPresent()) {
      mark(named.get().key());
      if (named.get().isManifest()) {
        manifests.add(named.get().key());
      }
    }
  }

  private void mark(BlobKey key) {
    int number = candidates.find(key);
    if (number >= 0) {
      marked.set(number);
    }
  }

  /**
   * Marks what the manifests name too.
   *
   * @return how many are marked
   * @throws DinofsException NOT_FOUND, CORRUPT if a manifest can't be read, so that it is not known
   *     what its file needs; UNAVAILABLE, INTERRUPTED, IO, CLOSED
   */
  long finish() throws DinofsException {
    for (int i = 0; i < manifests.size(); i++) {
      progress.at("reading manifests", i, manifests.size());
      References.manifest(blobs, manifests.get(i)).forEachBlob(this::mark);
    }
    return marked.cardinality();
  }

  boolean isMarked(int number) {
    return marked.get(number);
  }
}
