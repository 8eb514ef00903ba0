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
import java.nio.file.Files;
import java.nio.file.Path;
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
  private final CommitNumber at;
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
    this.digest =
        new DigestInputStream(
            new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES),
            BackupFormat.newDigest());
    this.in = new DataInputStream(digest);
    boolean done = false;
    try {
      Bytes magic = Bytes.wrap(in.readNBytes(BackupFormat.MAGIC.length()));
      if (!magic.equals(BackupFormat.MAGIC)) {
        throw damaged("it is no backup that this program reads");
      }
      long most = in.readLong();
      volume = new VolumeId(new UUID(most, in.readLong()));
      long commit = in.readLong();
      if (commit <= 0 || commit > MAX_COMMIT) {
        throw damaged("it says that it is as of commit " + commit);
      }
      at = new CommitNumber(commit);
      done = true;
    } catch (EOFException e) {
      throw damaged("it ends early");
    } finally {
      if (!done) {
        in.close();
      }
    }
  }

  public VolumeId volume() {
    return volume;
  }

  /** The commit as of which the records were read. */
  public CommitNumber at() {
    return at;
  }

  /**
   * The next record; empty at the end, when all of the file has proved to be as it was written.
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
      long version = in.readLong();
      int valueBytes = in.readInt();
      if (version <= 0 || valueBytes < 0 || valueBytes > VersionedRecord.MAX_VALUE_BYTES) {
        throw damaged("record " + key + " has version " + version + ", " + valueBytes + " bytes");
      }
      records++;
      Bytes value = Bytes.wrap(read(valueBytes));
      return Optional.of(VersionedRecord.present(key, new Version(version), value));
    } catch (EOFException e) {
      throw damaged("it ends early");
    }
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
    boolean same = MessageDigest.isEqual(expected, in.readNBytes(expected.length));
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
