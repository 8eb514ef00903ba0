package io.dinofs.backup;

import io.dinofs.model.CommitNumber;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Writes what is different from earlier backups, by reading these beside the volume as it is now:
 * so it goes back as far as there are backups, nobody has to keep a list of changes, and what is
 * gone is noticed by its absence. Not safe for several threads.
 */
public final class BackupUpdate implements AutoCloseable {
  private final BackupChain before;
  private final BackupWriter out;

  /** The next record of the earlier backups. */
  private Optional<VersionedRecord> old;

  /**
   * Begins the update in {@code file}.
   *
   * @param before is read to its end, and not closed
   * @param at the commit as of which the volume is told
   * @throws DinofsException INVALID if the earlier backups are of another volume, or newer than the
   *     volume; CORRUPT if one is damaged
   * @throws IOException if one can't be read, or the file can't be written
   */
  public BackupUpdate(Path file, BackupChain before, VolumeId volume, CommitNumber at)
      throws IOException {
    if (!before.volume().equals(volume)) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "the earlier backup is of volume %s, and this is volume %s"
              .formatted(before.volume(), volume));
    }
    if (before.last().at().isAfter(at)) {
      throw new DinofsException(
          ErrorKind.INVALID,
          "the volume is at commit %s, before the earlier backup of commit %s; make a full one"
              .formatted(at, before.last().at()));
    }
    this.before = before;
    this.old = before.next();
    this.out = BackupWriter.update(file, volume, before.last(), at);
  }

  /**
   * Tells of the next record of the volume.
   *
   * @param record present, with a key behind those before
   */
  public void next(VersionedRecord record) throws IOException {
    while (old.isPresent() && old.get().key().compareTo(record.key()) < 0) {
      writeGone();
    }
    if (old.isPresent() && old.get().key().equals(record.key())) {
      // The value too, for a server whose files were put back by other means than a restore.
      if (!old.get().equals(record)) {
        out.write(record);
      }
      old = before.next();
    } else {
      out.write(record);
    }
  }

  private void writeGone() throws IOException {
    out.write(VersionedRecord.absent(old.get().key()));
    old = before.next();
  }

  /** How many records were written. */
  public long records() {
    return out.records();
  }

  /** The volume has no more records: makes the file durable under its name. */
  public void finish() throws IOException {
    while (old.isPresent()) {
      writeGone();
    }
    out.finish();
  }

  /** Removes what was written, if it was not finished. */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
