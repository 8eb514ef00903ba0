package io.dinofs.vfs;

import io.dinofs.model.AttributesCodec;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.vfs.VolumeChange.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in terms of files what records mean. */
final class VolumeChanges {
  private static final Logger log = LoggerFactory.getLogger(VolumeChanges.class);

  private VolumeChanges() {}

  static VolumeChange of(CommittedChange change, boolean own) {
    List<Effect> effects = new ArrayList<>(change.records().size());
    for (VersionedRecord record : change.records()) {
      try {
        add(effects, record);
      } catch (DinofsException e) {
        log.error("the server pushed a record {} that is none: {}", record.key(), e.getMessage());
        // What drops the most, since nobody knows what it is now.
        effects.add(new VolumeChange.InodeRemoved(record.key().inode()));
      }
    }
    return new VolumeChange(change.number(), own, effects);
  }

  private static void add(List<Effect> effects, VersionedRecord record) throws DinofsException {
    RecordKey key = record.key();
    InodeId inode = key.inode();
    switch (key.kind()) {
      case ATTRIBUTES -> {
        if (record.isPresent()) {
          effects.add(
              new VolumeChange.AttributesChanged(
                  inode, AttributesCodec.decode(record.value().orElseThrow())));
        } else {
          effects.add(new VolumeChange.InodeRemoved(inode));
        }
      }
      case ENTRY -> {
        Optional<InodeId> child =
            record.isPresent()
                ? Optional.of(DirectoryEntry.decode(record.value().orElseThrow()).child())
                : Optional.empty();
        effects.add(new VolumeChange.EntryChanged(inode, new Name(key.name()), child));
      }
      case PARENT -> effects.add(new VolumeChange.ParentChanged(inode));
      case XATTR -> effects.add(new VolumeChange.XattrChanged(inode));
      case DATA, COUNTER, KEYS -> {
        // The attributes of the file change with its data; nobody sees the volume's own records.
      }
    }
  }
}
