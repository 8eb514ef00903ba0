package io.dinofs.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecordLineTest {
  private static final InodeId INODE = new InodeId(12);
  private static final Bytes NO_TEXT = Bytes.wrap(new byte[] {-1, 0x22, 10, 'x'});

  @Test
  void everyKindOfRecordComesBackAsItWas() throws Exception {
    for (VersionedRecord record : VolumeFormat.initialRecords(7, -2, Instant.EPOCH)) {
      assertComesBack(record.key(), record.value().orElseThrow());
    }
    for (Name name : List.of(Name.of("a \"quoted\" n\u00e4me\n"), new Name(NO_TEXT))) {
      Bytes entry = new DirectoryEntry(INODE, FileType.CHARACTER_DEVICE).encode();
      assertComesBack(RecordKey.entry(InodeId.ROOT, name), entry);
    }
    assertComesBack(RecordKey.keys(), new KeyIds(List.of(-1L, 0L, 77L)).encode());
    assertComesBack(RecordKey.data(INODE), NO_TEXT);
    assertComesBack(RecordKey.xattr(INODE, Bytes.utf8("user.x")), Bytes.EMPTY);
  }

  @Test
  void everyKindOfContentsComesBackAsItWas() throws Exception {
    BlobKey key = BlobKey.of(NO_TEXT.asBuffer());
    List<Content> contents =
        List.of(
            Content.NONE,
            new Content.SingleBlob(key),
            new Content.Chunked(key),
            new Content.InRecord(key),
            new Content.SymlinkTarget(Bytes.utf8("../x")),
            new Content.SymlinkTarget(NO_TEXT));
    Instant time = Instant.ofEpochSecond(-1, 999_999_999);
    for (Content content : contents) {
      Attributes attributes =
          Attributes.create(FileType.REGULAR, 07777, -1, 1, -5, time).toBuilder()
              .size(Long.MAX_VALUE)
              .allocated(77)
              .content(content)
              .build();
      assertComesBack(RecordKey.attributes(INODE), AttributesCodec.encode(attributes));
    }
  }

  @Test
  void whatIsNoRecordIsRefused() {
    List<String> lines =
        List.of(
            "",
            "[]",
            "{",
            "{}",
            "{\"inode\":1,\"kind\":\"entry\"}",
            "{\"inode\":1,\"kind\":\"nothing\"}",
            "{\"inode\":\"1\",\"kind\":\"parent\",\"parent\":1}",
            "{\"inode\":1,\"kind\":\"parent\",\"parent\":1e99}",
            "{\"inode\":1,\"kind\":\"data\",\"valueBase64\":\"?\"}");
    for (String line : lines) {
      assertThrows(CorruptRecordException.class, () -> RecordLine.parse(line), line);
    }
  }

  private static void assertComesBack(RecordKey key, Bytes value) throws CorruptRecordException {
    RecordLine record = new RecordLine(key, value);
    String line = record.write();
    assertFalse(line.contains("\n"), line);
    assertEquals(record, RecordLine.parse(line), line);
  }
}
