package io.dinofs.metadataserver.lmdb;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.model.InodeId;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is read from the disk may be anything. */
final class DecodersTest {
  private static final Set<ErrorKind> CORRUPT = Set.of(ErrorKind.CORRUPT);
  private static final RecordKey KEY = RecordKey.attributes(new InodeId(7));

  @Test
  void commitsOfTheJournalThatNobodyWroteAreCorrupt() {
    VersionedRecord present = VersionedRecord.present(KEY, new Version(3), Bytes.utf8("value"));
    VersionedRecord absent = VersionedRecord.absent(RecordKey.parent(new InodeId(8)));
    JournaledCommit commit =
        new JournaledCommit(
            new CommitNumber(5),
            new CommitId(new NodeId(4), 6),
            List.of(present, absent),
            List.of(present),
            -1);
    ByteBuffer out = ByteBuffer.allocate(JournalCodec.bytes(commit));
    JournalCodec.write(commit, out);
    Fuzz.feed(
        CORRUPT,
        List.of(Arrays.copyOf(out.array(), out.position())),
        input -> {
          JournaledCommit unused = JournalCodec.read(ByteBuffer.wrap(input));
        });
  }

  @Test
  void recordsOfTheTableThatNobodyWroteAreCorrupt() {
    Fuzz.feed(
        CORRUPT,
        List.of(ByteBuffer.allocate(20).putLong(3).array()),
        input -> {
          VersionedRecord unused = RecordTable.decode(KEY, ByteBuffer.wrap(input));
        });
  }
}
