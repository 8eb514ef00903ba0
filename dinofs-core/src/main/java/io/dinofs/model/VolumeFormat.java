package io.dinofs.model;

import java.time.Instant;
import java.util.List;

/**
 * What a new volume holds. Every engine writes these records, as the volume's first commit, when it
 * finds itself empty, and refuses a volume of another format when it does not.
 */
public final class VolumeFormat {
  /** The format that this program reads and writes. */
  public static final long VERSION = 1;

  /** The number of the commit that makes a volume. */
  public static final CommitNumber FIRST_COMMIT = new CommitNumber(1);

  /** The {@link Counter} that holds the volume's format. */
  public static final RecordKey FORMAT = RecordKey.counter("format");

  /** The {@link Counter} that holds the smallest inode number that no node has taken. */
  public static final RecordKey NEXT_INODE = RecordKey.counter("next-inode");

  private static final int ROOT_MODE = 0755;
  private static final long FIRST_FREE_INODE = InodeId.ROOT.value() + 1;

  private VolumeFormat() {}

  /**
   * The records of a new volume, each with the version {@link #FIRST_COMMIT}: a root directory of
   * mode 0755 that is its own parent, and the counters.
   *
   * @param uid whose the root directory is
   * @param gid its group
   * @param now its times
   */
  public static List<VersionedRecord> initialRecords(int uid, int gid, Instant now) {
    Version version = Version.of(FIRST_COMMIT);
    Attributes root = Attributes.create(FileType.DIRECTORY, ROOT_MODE, uid, gid, 0, now);
    return List.of(
        VersionedRecord.present(FORMAT, version, new Counter(VERSION).encode()),
        VersionedRecord.present(NEXT_INODE, version, new Counter(FIRST_FREE_INODE).encode()),
        VersionedRecord.present(
            RecordKey.attributes(InodeId.ROOT), version, AttributesCodec.encode(root)),
        VersionedRecord.present(RecordKey.parent(InodeId.ROOT), version, InodeId.ROOT.encode()));
  }

  /**
   * Refuses a volume that this program does not understand.
   *
   * @param record the record {@link #FORMAT}
   * @throws DinofsException CORRUPT if there is none, NOT_SUPPORTED if it names another format
   */
  public static void check(VersionedRecord record) throws DinofsException {
    if (!record.isPresent()) {
      throw new DinofsException(ErrorKind.CORRUPT, "the volume has no format record");
    }
    long found = Counter.decode(record.value().orElseThrow()).value();
    if (found != VERSION) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED,
          "the volume has format " + found + ", this program reads format " + VERSION);
    }
  }
}
