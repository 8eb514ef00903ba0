package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Snapshot;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStore.Children;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One evaluation of an operation: what it read, with versions, and what it wants to change. For one
 * thread.
 *
 * <p>A record can be put or deleted only after it was read here, so that the commit names the
 * version that was seen.
 */
final class Transaction {
  private final VersionedStore store;
  private final boolean again;
  private final Instant now;
  private final Map<RecordKey, Version> seen = new HashMap<>();
  private final List<Mutation> mutations = new ArrayList<>();
  private final Set<RecordKey> checked = new HashSet<>();

  Transaction(VersionedStore store, boolean again, Instant now) {
    this.store = store;
    this.again = again;
    this.now = now;
  }

  /**
   * Whether the operation was computed before and another commit was faster. The kernel checked
   * permissions for the first evaluation only.
   */
  boolean isAgain() {
    return again;
  }

  /** The time of the operation. */
  Instant now() {
    return now;
  }

  List<Mutation> mutations() {
    return mutations;
  }

  /** The attributes, or empty if there is no such inode. */
  Optional<Attributes> attributes(InodeId inode) throws DinofsException {
    return decode(read(RecordKey.attributes(inode)));
  }

  /** The attributes with the contents of a small file at hand: {@link Content.Inline}. */
  Optional<Attributes> attributesWithData(InodeId inode) throws DinofsException {
    Optional<Attributes> attributes = attributes(inode);
    if (attributes.isEmpty() || !(attributes.get().content() instanceof Content.InRecord)) {
      return attributes;
    }
    Snapshot snapshot = SmallFiles.read(store, inode);
    snapshot.records().forEach(this::remember);
    return SmallFiles.decode(snapshot);
  }

  /**
   * The attributes of a directory.
   *
   * @throws DinofsException NOT_FOUND, NOT_DIRECTORY
   */
  Attributes directory(InodeId inode) throws DinofsException {
    Attributes attributes = attributes(inode).orElseThrow(() -> notFound("inode " + inode));
    if (!attributes.isDirectory()) {
      throw new DinofsException(ErrorKind.NOT_DIRECTORY, "inode " + inode + " is no directory");
    }
    return attributes;
  }

  /** What a name stands for, or empty. */
  Optional<Named> entry(InodeId directory, Name name) throws DinofsException {
    List<VersionedRecord> records =
        store.get(List.of(RecordKey.entry(directory, name)), Children.WITH_ATTRIBUTES).records();
    VersionedRecord entry = records.get(0);
    remember(entry);
    if (!entry.isPresent()) {
      return Optional.empty();
    }
    InodeId child = DirectoryEntry.decode(entry.value().orElseThrow()).child();
    VersionedRecord record = records.get(1);
    remember(record);
    Attributes attributes =
        decode(record)
            .orElseThrow(
                () ->
                    new CorruptRecordException(
                        "entry " + entry.key() + " names inode " + child + ", which is not there"));
    return Optional.of(new Named(child, attributes));
  }

  /**
   * What a name stands for.
   *
   * @throws DinofsException NOT_FOUND
   */
  Named existing(InodeId directory, Name name) throws DinofsException {
    return entry(directory, name).orElseThrow(() -> notFound(name + " in directory " + directory));
  }

  /** An inode with its committed attributes, found by name. */
  record Named(InodeId inode, Attributes attributes) {}

  /**
   * The directory that a directory is in.
   *
   * @throws DinofsException NOT_FOUND
   */
  InodeId parent(InodeId directory) throws DinofsException {
    return InodeId.decode(
        read(RecordKey.parent(directory))
            .value()
            .orElseThrow(() -> notFound("directory " + directory)));
  }

  /** Any record. */
  VersionedRecord read(RecordKey key) throws DinofsException {
    VersionedRecord record = store.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
    remember(record);
    return record;
  }

  /** The record was read by other means, for example as part of a listing. */
  void remember(VersionedRecord record) {
    seen.put(record.key(), record.version());
  }

  void put(RecordKey key, Bytes value) {
    mutations.add(new Mutation.Put(key, seen.get(key), value));
  }

  void putAttributes(InodeId inode, Attributes attributes) {
    put(RecordKey.attributes(inode), AttributesCodec.encode(attributes));
  }

  /**
   * Writes attributes whose content may have changed, with the record that a small file's contents
   * are in.
   *
   * @param before from {@link #attributesWithData}
   */
  void putFile(InodeId inode, Attributes before, Attributes after) {
    putAttributes(inode, after);
    RecordKey data = RecordKey.data(inode);
    if (after.content() instanceof Content.Inline inline) {
      if (!(before.content() instanceof Content.Inline)) {
        create(data, inline.data()); // attributes of this version say that there is none
      } else if (!before.content().equals(inline)) {
        put(data, inline.data());
      }
    } else if (before.content() instanceof Content.Inline) {
      delete(data);
    }
  }

  void putEntry(InodeId directory, Name name, InodeId child, Attributes attributes) {
    put(RecordKey.entry(directory, name), new DirectoryEntry(child, attributes.type()).encode());
  }

  /** A record of an inode that is made here, and that nobody can know. */
  void create(RecordKey key, Bytes value) {
    mutations.add(new Mutation.Put(key, Version.ABSENT, value));
  }

  void delete(RecordKey key) {
    mutations.add(new Mutation.Delete(key, seen.get(key)));
  }

  /** Refuses the commit if the record, which was read here, has changed by then. */
  void check(RecordKey key) {
    if (checked.add(key)) {
      mutations.add(new Mutation.Check(key, seen.get(key)));
    }
  }

  void touch(InodeId directory, int entryDelta, int linkDelta) {
    mutations.add(new Mutation.TouchDirectory(directory, entryDelta, linkDelta, now));
  }

  private static Optional<Attributes> decode(VersionedRecord record) throws DinofsException {
    return record.isPresent()
        ? Optional.of(AttributesCodec.decode(record.value().orElseThrow()))
        : Optional.empty();
  }

  /**
   * An inode was named that is there no more: the caller had it from a name that has gone, or
   * stands for another inode, since. ESTALE makes the kernel look the name up again, once.
   */
  static DinofsException gone(InodeId inode) {
    return new DinofsException(ErrorKind.STALE_HANDLE, "inode " + inode + " is gone");
  }

  static DinofsException notFound(String what) {
    return new DinofsException(ErrorKind.NOT_FOUND, what + " is not there");
  }
}
