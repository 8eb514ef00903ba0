package io.dinofs.store.versioned;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.Listing;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.VolumeScan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What can be read of a {@link WrapperVolume} that nobody changes meanwhile. */
final class WrapperReads {
  private WrapperReads() {}

  static Snapshot get(WrapperVolume volume, List<RecordKey> keys, Children children)
      throws DinofsException {
    List<VersionedRecord> records = new ArrayList<>();
    for (RecordKey key : keys) {
      records.add(volume.read(key));
    }
    if (children == Children.WITH_ATTRIBUTES) {
      records.addAll(childAttributes(volume, records));
    }
    return new Snapshot(volume.header().newest(), records);
  }

  static Listing list(
      WrapperVolume volume,
      InodeId inode,
      RecordKind kind,
      Bytes after,
      int limit,
      Children children)
      throws DinofsException {
    List<VersionedRecord> page = page(volume, inode, kind, after, limit + 1);
    boolean more = page.size() > limit;
    List<VersionedRecord> records = more ? page.subList(0, limit) : page;
    List<VersionedRecord> attributes =
        children == Children.WITH_ATTRIBUTES ? childAttributes(volume, records) : List.of();
    return new Listing(volume.header().newest(), records, attributes, more);
  }

  /** All records, in memory: what is stored is replaced by the next commit. */
  static VolumeScan scan(WrapperVolume volume) throws DinofsException {
    List<VersionedRecord> records = new ArrayList<>();
    volume.tree().scan(Bytes.EMPTY, records::add);
    return new ListScan(volume.header().newest(), records);
  }

  private static List<VersionedRecord> page(
      WrapperVolume volume, InodeId inode, RecordKind kind, Bytes after, int limit)
      throws DinofsException {
    List<VersionedRecord> page = new ArrayList<>();
    byte[] from = new byte[Long.BYTES + 1 + after.length()];
    ByteBuffer.wrap(from).putLong(inode.value()).put(kind.code()).put(after.asBuffer());
    volume
        .tree()
        .scan(
            Bytes.wrap(from),
            record -> {
              RecordKey key = record.key();
              if (!key.inode().equals(inode) || key.kind() != kind) {
                return false;
              }
              if (after.isEmpty() || !key.name().equals(after)) {
                page.add(record);
              }
              return page.size() < limit;
            });
    return page;
  }

  private static List<VersionedRecord> childAttributes(
      WrapperVolume volume, List<VersionedRecord> parents) throws DinofsException {
    Set<InodeId> children = new LinkedHashSet<>();
    for (VersionedRecord parent : parents) {
      if (parent.key().kind() == RecordKind.ENTRY && parent.isPresent()) {
        children.add(DirectoryEntry.decode(parent.value().orElseThrow()).child());
      }
    }
    List<VersionedRecord> attributes = new ArrayList<>();
    for (InodeId child : children) {
      attributes.add(volume.read(RecordKey.attributes(child)));
    }
    return attributes;
  }
}
