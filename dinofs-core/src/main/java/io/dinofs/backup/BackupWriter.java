package io.dinofs.backup;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.Optional;

/**
 * Writes the metadata of a volume to a file, or what has changed of it since an earlier backup. The
 * file has its name when it is complete and on the disk. Not safe for several threads.
 *
 * <p>Big endian: "dinofs backup 1" or "dinofs update 1" and a line feed, volume (16); of an update
 * the commit (8) and the checksum (32) of the backup that it goes on from; commit (8); for each
 * record, in the order of their keys: length of the key (2), key, version (8), length of the value
 * (4), value; of a record that is gone the version is 0 and there is no more; a length of 0 (2),
 * the number of records (8), and the SHA-256 of all before (32).
 */
public final class BackupWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final Path draft;
  private final FileOutputStream destination;
  private final DigestOutputStream digest;
  private final DataOutputStream out;
  private long records;
  private boolean finished;

  private BackupWriter(Path file) throws IOException {
    this.file = file;
    this.draft = file.resolveSibling(file.getFileName() + ".part");
    this.destination = new FileOutputStream(draft.toFile());
    this.digest =
        new DigestOutputStream(
            new BufferedOutputStream(destination, BUFFER_BYTES), BackupFormat.newDigest());
    this.out = new DataOutputStream(digest);
  }

  /**
   * Begins a backup of all records.
   *
   * @throws IOException if the file can't be written
   */
  public static BackupWriter full(Path file, VolumeId volume, CommitNumber at) throws IOException {
    return new BackupWriter(file).begin(BackupFormat.FULL, volume, Optional.empty(), at);
  }

  /**
   * Begins a backup of what is different from {@code base}.
   *
   * @throws IOException if the file can't be written
   */
  public static BackupWriter update(Path file, VolumeId volume, BackupId base, CommitNumber at)
      throws IOException {
    return new BackupWriter(file).begin(BackupFormat.UPDATE, volume, Optional.of(base), at);
  }

  private BackupWriter begin(Bytes magic, VolumeId volume, Optional<BackupId> base, CommitNumber at)
      throws IOException {
    out.write(magic.toArray());
    out.writeLong(volume.value().getMostSignificantBits());
    out.writeLong(volume.value().getLeastSignificantBits());
    if (base.isPresent()) {
      out.writeLong(base.get().at().value());
      out.write(base.get().checksum().toArray());
    }
    out.writeLong(at.value());
    return this;
  }

  /**
   * @param record with a key behind those before; present, or in an update absent for one that is
   *     gone
   */
  public void write(VersionedRecord record) throws IOException {
    Bytes key = record.key().encode();
    out.writeShort(key.length());
    out.write(key.toArray());
    out.writeLong(record.version().value());
    if (record.isPresent()) {
      Bytes value = record.value().orElseThrow();
      out.writeInt(value.length());
      out.write(value.toArray());
    }
    records++;
  }

  /** How many records were written. */
  public long records() {
    return records;
  }

  /** Makes it durable under its name. */
  public void finish() throws IOException {
    out.writeShort(0);
    out.writeLong(records);
    digest.on(false);
    out.write(digest.getMessageDigest().digest());
    out.flush();
    destination.getFD().sync();
    destination.close();
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
    finished = true;
  }

  /** Removes what was written, if it was not finished. */
  @Override
  public void close() throws IOException {
    destination.close();
    if (!finished) {
      Files.deleteIfExists(draft);
    }
  }
}
