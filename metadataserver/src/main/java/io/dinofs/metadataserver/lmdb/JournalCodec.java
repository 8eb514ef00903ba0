package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Commits in the journal. Big endian: number (8), node (8), counter (8), inode delta (4), count of
 * records (4), and for each record flags (1), length of the key (2), key, version (8), length of
 * the value (4), value.
 */
final class JournalCodec {
  private static final int COMMIT_BYTES = 32;
  private static final int RECORD_BYTES = 15;
  private static final byte TOUCHED = 1;

  private JournalCodec() {}

  static int bytes(JournaledCommit commit) {
    int bytes = COMMIT_BYTES;
    for (VersionedRecord record : commit.records()) {
      bytes += RECORD_BYTES + RecordKey.MAX_BYTES + record.value().map(Bytes::length).orElse(0);
    }
    return bytes;
  }

  static void write(JournaledCommit commit, ByteBuffer out) {
    out.putLong(commit.number().value());
    out.putLong(commit.id().node().value()).putLong(commit.id().counter());
    out.putInt(commit.inodeDelta()).putInt(commit.records().size());
    Set<VersionedRecord> touched =
        commit.touched().isEmpty() ? Set.of() : new HashSet<>(commit.touched());
    for (VersionedRecord record : commit.records()) {
      out.put(touched.contains(record) ? TOUCHED : 0);
      Bytes key = record.key().encode();
      out.putShort((short) key.length());
      key.writeTo(out);
      out.putLong(record.version().value());
      Bytes value = record.value().orElse(Bytes.EMPTY);
      out.putInt(value.length());
      value.writeTo(out);
    }
  }

  /**
   * @throws CorruptRecordException if the bytes are no commit
   */
  static JournaledCommit read(ByteBuffer in) throws CorruptRecordException {
    try {
      CommitNumber number = new CommitNumber(in.getLong());
      NodeId node = new NodeId(in.getLong());
      CommitId id = new CommitId(node, in.getLong());
      int inodeDelta = in.getInt();
      int count = in.getInt();
      if (count < 0 || (long) count * RECORD_BYTES > in.remaining()) {
        throw new CorruptRecordException("a commit of " + count + " records");
      }
      List<VersionedRecord> records = new ArrayList<>(count);
      List<VersionedRecord> touched = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        byte flags = in.get();
        VersionedRecord record = readRecord(in);
        records.add(record);
        if (flags == TOUCHED) {
          touched.add(record);
        }
      }
      return new JournaledCommit(number, id, records, touched, inodeDelta);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new CorruptRecordException("a commit that is cut off: " + e);
    }
  }

  private static VersionedRecord readRecord(ByteBuffer in) throws CorruptRecordException {
    RecordKey key = RecordKey.decode(take(in, in.getShort()));
    Version version = new Version(in.getLong());
    Bytes value = Bytes.copyOf(take(in, in.getInt()));
    return version.equals(Version.ABSENT)
        ? VersionedRecord.absent(key)
        : VersionedRecord.present(key, version, value);
  }

  private static ByteBuffer take(ByteBuffer in, int length) throws CorruptRecordException {
    if (length < 0 || length > in.remaining()) {
      throw new CorruptRecordException("a field of " + length + " bytes");
    }
    ByteBuffer field = in.slice(in.position(), length);
    in.position(in.position() + length);
    return field;
  }
}
