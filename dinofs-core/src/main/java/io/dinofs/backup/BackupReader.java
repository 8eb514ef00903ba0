package io.dinofs.backup;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads what {@link BackupWriter} wrote. What it has told is good only when it has told the end:
 * the checksum stands there. Not safe for several threads.
 */
public final class BackupReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long MAX_COMMIT = 1L << 62;

  private final Path file;
  private final DigestInputStream digest;
  private final DataInputStream in;
  private final VolumeId volume;
  private final Optional<BackupId> base;
  private final BackupId id;
  private Optional<RecordKey> last = Optional.empty();
  private long records;
  private boolean over;

  /**
   * Opens a backup.
   *
   * @throws DinofsException CORRUPT if the file is none
   * @throws IOException if it can't be read
   */
  public BackupReader(Path file) throws IOException {
    this.file = file;
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    this.digest =
        new DigestInputStream(
            new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES),
            BackupFormat.newDigest());
    this.in = new DataInputStream(digest);
    boolean done = false;
    try {
      Bytes checksum = checksumOf(channel);
      Bytes magic = Bytes.wrap(in.readNBytes(BackupFormat.FULL.length()));
      boolean update = magic.equals(BackupFormat.UPDATE);
      if (!update && !magic.equals(BackupFormat.FULL)) {
        throw damaged("it is no backup that this program reads");
      }
      long most = in.readLong();
      volume = new VolumeId(new UUID(most, in.readLong()));
      base =
          update
              ? Optional.of(new BackupId(commit(), Bytes.wrap(read(BackupFormat.CHECKSUM_BYTES))))
              : Optional.empty();
      id = new BackupId(commit(), checksum);
      done = true;
    } catch (EOFException e) {
      throw damaged("it ends early");
    } finally {
      if (!done) {
        in.close();
      }
    }
  }

  private Bytes checksumOf(FileChannel channel) throws IOException {
    ByteBuffer checksum = ByteBuffer.allocate(BackupFormat.CHECKSUM_BYTES);
    long from = channel.size() - checksum.capacity();
    while (from >= 0 && checksum.hasRemaining()) {
      if (channel.read(checksum, from + checksum.position()) < 0) {
        break;
      }
    }
    if (checksum.hasRemaining()) {
      throw damaged("it ends early");
    }
    return Bytes.wrap(checksum.array());
  }

  private CommitNumber commit() throws IOException {
    long commit = in.readLong();
    if (commit <= 0 || commit > MAX_COMMIT) {
      throw damaged("it says that it is as of commit " + commit);
    }
    return new CommitNumber(commit);
  }

  /** The file, as it was named. */
  public Path file() {
    return file;
  }

  public VolumeId volume() {
    return volume;
  }

  /** The backup that this one has the changes since; empty if this one has everything. */
  public Optional<BackupId> base() {
    return base;
  }

  /** What it is, as a later one names it. Not proved before the end is told. */
  public BackupId id() {
    return id;
  }

  /**
   * The next record, in the order of the keys; absent if it is gone since the base. Empty at the
   * end, when all of the file has proved to be as it was written.
   *
   * @throws DinofsException CORRUPT if it is not
   * @throws IOException if it can't be read
   */
  public Optional<VersionedRecord> next() throws IOException {
    if (over) {
      return Optional.empty();
    }
    try {
      int keyBytes = in.readUnsignedShort();
      if (keyBytes == 0) {
        checkEnd();
        over = true;
        return Optional.empty();
      }
      if (keyBytes > RecordKey.MAX_BYTES) {
        throw damaged("a key of " + keyBytes + " bytes");
      }
      RecordKey key = RecordKey.decode(ByteBuffer.wrap(read(keyBytes)));
      if (last.isPresent() && last.get().compareTo(key) >= 0) {
        throw damaged("record " + key + " comes after " + last.get());
      }
      last = Optional.of(key);
      records++;
      return Optional.of(record(key, in.readLong()));
    } catch (EOFException e) {
      throw damaged("it ends early");
    }
  }

  private VersionedRecord record(RecordKey key, long version) throws IOException {
    if (version == 0 && base.isPresent()) {
      return VersionedRecord.absent(key);
    }
    int valueBytes = in.readInt();
    if (version <= 0 || valueBytes < 0 || valueBytes > VersionedRecord.MAX_VALUE_BYTES) {
      throw damaged("record " + key + " has version " + version + ", " + valueBytes + " bytes");
    }
    return VersionedRecord.present(key, new Version(version), Bytes.wrap(read(valueBytes)));
  }

  private byte[] read(int bytes) throws IOException {
    byte[] read = new byte[bytes];
    in.readFully(read);
    return read;
  }

  private void checkEnd() throws IOException {
    long count = in.readLong();
    digest.on(false);
    byte[] expected = digest.getMessageDigest().digest();
    boolean same =
        MessageDigest.isEqual(expected, in.readNBytes(expected.length))
            && id.checksum().equals(Bytes.wrap(expected));
    if (count != records || !same || in.read() >= 0) {
      throw damaged("its checksum is wrong");
    }
  }

  private CorruptRecordException damaged(String how) {
    return new CorruptRecordException("backup " + file + " is damaged: " + how);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
