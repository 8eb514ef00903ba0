package io.dinofs.metadataserver.lmdb;

import io.dinofs.backup.BackupChain;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.disk.PrivateDirectory;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a data directory from backups.
 *
 * <p>What was committed after the backup is lost, but nodes may have seen it, hold records in their
 * caches, and come back to the restored server. They must not take what happens from now on for
 * what happened then. So commit numbers, and inode numbers, go on far behind any that can have been
 * given out: a node that comes back with an older number is told to start anew, as it is by any
 * server that does not remember that far back, and nothing that a node has seen has a version or a
 * number that is given out again. How far is drawn at random, so that this holds too when a backup
 * is restored twice. Numbers stay below 2^53, which JSON keeps exactly, for some thousand restores.
 */
public final class VolumeRestore {
  private static final long COMMITS_LEFT_OUT = 1L << 40;
  private static final long INODES_LEFT_OUT = 1L << 32;
  private static final int BATCH_RECORDS = 50_000;
  private static final long BATCH_BYTES = 32 << 20;
  private static final int CELL_BYTES = 32;

  private VolumeRestore() {}

  /**
   * What was restored.
   *
   * @param from the commit as of which the backup was made
   * @param newest the number from which commits go on
   */
  public record Restored(long records, long inodes, CommitNumber from, CommitNumber newest) {}

  /**
   * Restores the volume as of the last backup.
   *
   * @param files a full backup, and the updates after it in their order
   * @param directory is empty, or does not exist; after a failure it is to be emptied again
   * @throws DinofsException INVALID if the directory holds something, or the backups do not follow
   *     each other; CORRUPT if one is damaged; NO_SPACE, IO
   */
  public static Restored restore(List<Path> files, Path directory) throws DinofsException {
    try {
      PrivateDirectory.make(directory);
      requireEmpty(directory);
      try (BackupChain backup = BackupChain.open(files)) {
        // Under another name until it is complete, so that no half of it is ever served.
        Path draft = directory.resolve("lmdb.restoring");
        Restored restored = fill(backup, draft);
        Files.move(draft, directory.resolve("lmdb"), StandardCopyOption.ATOMIC_MOVE);
        return restored;
      }
    } catch (DinofsException e) {
      throw e;
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.IO, "cannot restore " + files + " to " + directory + ": " + e, e);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      if (files.iterator().hasNext()) {
        throw new DinofsException(
            ErrorKind.INVALID, directory + " is not empty; restore to a new directory");
      }
    }
  }

  private static Restored fill(BackupChain backup, Path draft) throws IOException {
    CommitNumber newest =
        new CommitNumber(
            backup.last().at().value()
                + COMMITS_LEFT_OUT
                + new SecureRandom().nextLong(COMMITS_LEFT_OUT));
    long records = 0;
    long inodes = 0;
    try (RecordTable table = RecordTable.open(draft, LmdbSettings.DEFAULT.leastMapBytes())) {
      List<VersionedRecord> batch = new ArrayList<>();
      long bytes = 0;
      boolean more = true;
      while (more) {
        Optional<VersionedRecord> next = backup.next();
        more = next.isPresent();
        if (more) {
          VersionedRecord record = beyond(next.get(), newest);
          batch.add(record);
          records++;
          inodes += record.key().kind() == RecordKind.ATTRIBUTES ? 1 : 0;
          bytes +=
              CELL_BYTES + record.key().name().length() + record.value().orElseThrow().length();
        }
        if (!more || batch.size() >= BATCH_RECORDS || bytes >= BATCH_BYTES) {
          table.write(batch, bytes, new RecordTable.State(backup.volume(), newest, inodes));
          batch.clear();
          bytes = 0;
        }
      }
    }
    return new Restored(records, inodes, backup.last().at(), newest);
  }

  private static VersionedRecord beyond(VersionedRecord record, CommitNumber newest)
      throws DinofsException {
    if (!record.key().equals(VolumeFormat.NEXT_INODE)) {
      return record;
    }
    long next = Counter.decode(record.value().orElseThrow()).value();
    return VersionedRecord.present(
        record.key(), Version.of(newest), new Counter(next + INODES_LEFT_OUT).encode());
  }
}
