package io.dinofs.upkeep;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.ScannableStore;
import io.dinofs.store.VolumeScan;
import java.util.ArrayList;
import java.util.List;

/**
 * A volume as of one commit, as far as a check has to remember it, and what is wrong with single
 * inodes. Not safe for several threads.
 */
final class Survey {
  private final CommitNumber at;
  private final InodeTable inodes = new InodeTable();
  private final EntryTable entries = new EntryTable();
  private final BlobUses blobs = new BlobUses();
  private final List<Problem> problems = new ArrayList<>();
  private long nextInode;

  private Survey(CommitNumber at) {
    this.at = at;
  }

  /**
   * Reads a volume.
   *
   * @throws DinofsException as {@link ScannableStore#scan} and {@link VolumeScan#next}
   */
  static Survey read(ScannableStore volume, Progress progress) throws DinofsException {
    long expected = volume.statistics().inodes();
    try (VolumeScan scan = volume.scan()) {
      Survey survey = new Survey(scan.at());
      InodeRecords current = new InodeRecords(InodeId.VOLUME);
      for (List<VersionedRecord> page = scan.next(); !page.isEmpty(); page = scan.next()) {
        for (VersionedRecord record : page) {
          if (!record.key().inode().equals(current.inode())) {
            survey.add(current);
            current = new InodeRecords(record.key().inode());
          }
          survey.add(current, record);
        }
        progress.at("reading inodes", survey.inodes.size(), expected);
      }
      survey.add(current);
      survey.checkNextInode();
      return survey;
    }
  }

  private void add(InodeRecords current, VersionedRecord record) throws DinofsException {
    try {
      if (record.key().kind().isOfVolume()) {
        if (record.key().equals(VolumeFormat.NEXT_INODE)) {
          nextInode = Counter.decode(record.value().orElseThrow()).value();
        }
      } else {
        current.add(record, entries);
      }
    } catch (CorruptRecordException e) {
      problems.add(
          Problem.of(
              Problem.Kind.DAMAGED_RECORD,
              record.key().inode(),
              "record " + record.key() + " can't be read: " + e.getMessage()));
    }
  }

  private void add(InodeRecords done) throws DinofsException {
    if (done.inode().equals(InodeId.VOLUME)) {
      return;
    }
    problems.addAll(done.problems());
    if (done.attributes().isPresent()) {
      var attributes = done.attributes().get();
      inodes.add(done.inode(), attributes.type(), attributes.nlink(), done.parent());
      References.of(attributes).ifPresent(named -> blobs.add(done.inode(), named));
    }
  }

  private void checkNextInode() {
    InodeId last = inodes.size() == 0 ? InodeId.ROOT : inodes.id(inodes.size() - 1);
    if (Long.compareUnsigned(nextInode, last.value()) <= 0) {
      problems.add(
          Problem.of(
              Problem.Kind.NEXT_INODE,
              last,
              "the next new inode would get number %s, but there is inode %s already"
                  .formatted(Long.toUnsignedString(nextInode), last)));
    }
  }

  CommitNumber at() {
    return at;
  }

  InodeTable inodes() {
    return inodes;
  }

  EntryTable entries() {
    return entries;
  }

  BlobUses blobs() {
    return blobs;
  }

  /** What is wrong with single inodes. */
  List<Problem> problems() {
    return problems;
  }
}
