package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Snapshot;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.util.List;
import java.util.Optional;

/** Files whose contents are in a record: see {@link Content.InRecord}. */
final class SmallFiles {
  private SmallFiles() {}

  /** The records of attributes and contents, at one moment. */
  static Snapshot read(VersionedStore store, InodeId inode) throws DinofsException {
    return store.get(
        List.of(RecordKey.attributes(inode), RecordKey.data(inode)), Children.WITHOUT_ATTRIBUTES);
  }

  /**
   * The attributes, with the contents if these are in the record.
   *
   * @param snapshot from {@link #read}
   * @return empty if there is no such inode
   */
  static Optional<Attributes> decode(Snapshot snapshot) throws DinofsException {
    VersionedRecord record = snapshot.records().get(0);
    if (!record.isPresent()) {
      return Optional.empty();
    }
    Attributes attributes = AttributesCodec.decode(record.value().orElseThrow());
    if (!(attributes.content() instanceof Content.InRecord small)) {
      return Optional.of(attributes);
    }
    Content.Inline data =
        snapshot
            .records()
            .get(1)
            .value()
            .flatMap(value -> contents(small, value))
            .orElseThrow(
                () ->
                    new CorruptRecordException(
                        record.key() + " has other contents than its attributes say"));
    return Optional.of(attributes.toBuilder().content(data).build());
  }

  /** The contents, if {@code value} is what the attributes mean. */
  static Optional<Content.Inline> contents(Content.InRecord small, Bytes value) {
    boolean fits = !value.isEmpty() && value.length() <= Content.Inline.MAX_BYTES;
    return fits && BlobKey.of(value.asBuffer()).equals(small.digest())
        ? Optional.of(new Content.Inline(value))
        : Optional.empty();
  }
}
