package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitId;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommitResult;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Fuzz;
import io.dinofs.model.InodeId;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeId;
import io.dinofs.store.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a plain store answers may be anything. */
final class DecodersTest {
  private static final VersionedRecord RECORD =
      VersionedRecord.present(
          RecordKey.attributes(new InodeId(7)), new Version(3), Bytes.utf8("a value"));
  private static final VersionedRecord ABSENT =
      VersionedRecord.absent(RecordKey.parent(new InodeId(8)));

  @Test
  void pagesThatNobodyWroteAreCorrupt() {
    Page leaf = new Page.Leaf(List.of(RECORD, RECORD));
    Page inner =
        new Page.Inner(List.of(new Page.Child(Bytes.EMPTY, 1), new Page.Child(Bytes.utf8("m"), 2)));
    for (Page page : List.of(leaf, inner, new Page.Free(9))) {
      Fuzz.check(page.encode(), Page::encode, Page::decode);
    }
  }

  @Test
  void intentsThatNobodyWroteAreCorrupt() {
    Intent intent = new Intent(Map.of(Key.of("a"), Bytes.utf8("value"), Key.of("b"), Bytes.EMPTY));
    Fuzz.check(intent.encode(), Intent::encode, Intent::decode);
  }

  @Test
  void outcomesThatNobodyWroteAreCorrupt() {
    CommitResult result = new CommitResult(new CommitNumber(5), List.of(RECORD, ABSENT));
    StoredOutcome outcome = new StoredOutcome(new CommitId(new NodeId(4), 6), result);
    Fuzz.check(outcome.encode(), StoredOutcome::encode, StoredOutcome::decode);
  }

  @Test
  void headersThatNobodyWroteAreCorruptOrOfAnotherFormat() {
    WrapperHeader header = new WrapperHeader(VolumeId.random(), new CommitNumber(1), 2, 3, 4, 5);
    Fuzz.feed(
        Set.of(ErrorKind.CORRUPT, ErrorKind.NOT_SUPPORTED),
        List.of(header.encode().toArray()),
        input -> {
          WrapperHeader unused = WrapperHeader.decode(Bytes.wrap(input));
        });
  }
}
