package io.dinofs.metadataserver;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.wire.Frames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts a page of a listing so that it fits a frame; there is then more after it. */
final class PageCutter {
  /** Inode, kind, length of the name, version, length of the value. */
  private static final int RECORD_OVERHEAD_BYTES = 22;

  private PageCutter() {}

  /** What a record needs in a frame. */
  static int bytes(VersionedRecord record) {
    return RECORD_OVERHEAD_BYTES
        + record.key().name().length()
        + record.value().map(Bytes::length).orElse(0);
  }

  /**
   * The longest beginning of {@code page}, its children's attributes included, that fits a frame.
   *
   * @throws DinofsException CORRUPT
   */
  static Listing cut(Listing page) throws DinofsException {
    if (fits(page)) {
      return page;
    }
    Map<RecordKey, VersionedRecord> attributes = new HashMap<>();
    page.attributes().forEach(record -> attributes.put(record.key(), record));
    List<VersionedRecord> records = new ArrayList<>();
    List<VersionedRecord> children = new ArrayList<>();
    long bytes = 0;
    for (VersionedRecord record : page.records()) {
      VersionedRecord child = attributes.remove(childOf(record));
      bytes += bytes(record) + (child == null ? 0 : bytes(child));
      if (bytes > Frames.MAX_RECORDS_BYTES) {
        return new Listing(page.at(), records, children, true);
      }
      records.add(record);
      if (child != null) {
        children.add(child);
      }
    }
    return new Listing(page.at(), records, children, page.more());
  }

  private static boolean fits(Listing page) {
    long bytes = 0;
    for (VersionedRecord record : page.records()) {
      bytes += bytes(record);
    }
    for (VersionedRecord record : page.attributes()) {
      bytes += bytes(record);
    }
    return bytes <= Frames.MAX_RECORDS_BYTES;
  }

  /**
   * The attributes' key of the inode that an entry names; the record's own key if it is no entry.
   */
  private static RecordKey childOf(VersionedRecord record) throws DinofsException {
    if (record.key().kind() != RecordKind.ENTRY || !record.isPresent()) {
      return record.key();
    }
    InodeId child = DirectoryEntry.decode(record.value().orElseThrow()).child();
    return RecordKey.attributes(child);
  }
}
