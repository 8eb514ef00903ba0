package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.vfs.content.OpenInode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells open files, and the memory of those met lately, what is committed, here and elsewhere, so
 * that a file that is changed and then removed is still read as it was in the end.
 */
final class OpenFilePushes {
  private static final Logger log = LoggerFactory.getLogger(OpenFilePushes.class);

  private final OpenInodes open;
  private final RecentInodes recent;

  OpenFilePushes(OpenInodes open, RecentInodes recent) {
    this.open = open;
    this.recent = recent;
  }

  void tell(CommittedChange change) {
    for (VersionedRecord record : change.records()) {
      if (record.key().kind() == RecordKind.ATTRIBUTES && record.isPresent()) {
        open.find(record.key().inode()).ifPresent(file -> tell(file, record, change));
      }
    }
    remember(change);
  }

  private void remember(CommittedChange change) {
    try {
      recent.committed(change);
    } catch (DinofsException e) {
      log.error("commit {} has attributes that are none: {}", change.number(), e.getMessage());
    }
  }

  private static void tell(OpenInode file, VersionedRecord record, CommittedChange change) {
    try {
      Attributes attributes = AttributesCodec.decode(record.value().orElseThrow());
      if (attributes.content() instanceof Content.InRecord small) {
        attributes = attributes.toBuilder().content(smallContent(file, small, change)).build();
      }
      Attributes unused = file.view(attributes);
    } catch (DinofsException e) {
      log.error(
          "the server pushed attributes of inode {} that are none: {}",
          file.inode(),
          e.getMessage());
    }
  }

  /** The contents that the commit brought; without them it changed other attributes only. */
  private static Content smallContent(
      OpenInode file, Content.InRecord small, CommittedChange change) {
    RecordKey key = RecordKey.data(file.inode());
    return change.records().stream()
        .filter(record -> record.key().equals(key))
        .flatMap(record -> record.value().stream())
        .flatMap(value -> SmallFiles.contents(small, value).stream())
        .findFirst()
        .<Content>map(contents -> contents)
        .orElseGet(() -> file.lastSeen().content());
  }
}
