package io.dinofs.store;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Short names for what tests of versioned stores say often. */
public final class Volumes {
  public static final Instant SOME_TIME = Instant.parse("2020-02-02T02:02:02.123456789Z");

  private Volumes() {}

  /** Makes commits of one node. Safe for several threads. */
  public static final class Committer {
    private final NodeId node;
    private final AtomicLong counter = new AtomicLong();

    public Committer(NodeId node) {
      this.node = node;
    }

    public Commit of(Mutation... mutations) {
      return new Commit(new CommitId(node, counter.incrementAndGet()), List.of(mutations));
    }
  }

  /** A record that may have any value. */
  public static RecordKey xattr(long inode, String name) {
    return RecordKey.xattr(new InodeId(inode), Bytes.utf8(name));
  }

  public static RecordKey entry(long directory, String name) {
    return RecordKey.entry(new InodeId(directory), Name.of(name));
  }

  public static RecordKey attributes(long inode) {
    return RecordKey.attributes(new InodeId(inode));
  }

  /** The record is written by someone who saw that it was absent. */
  public static Mutation putNew(RecordKey key, Bytes value) {
    return new Mutation.Put(key, Version.ABSENT, value);
  }

  public static Mutation putNew(RecordKey key, String value) {
    return putNew(key, Bytes.utf8(value));
  }

  public static Mutation put(RecordKey key, Version seen, String value) {
    return new Mutation.Put(key, seen, Bytes.utf8(value));
  }

  public static Mutation delete(RecordKey key, Version seen) {
    return new Mutation.Delete(key, seen);
  }

  public static Mutation check(RecordKey key, Version seen) {
    return new Mutation.Check(key, seen);
  }

  public static Mutation touch(long directory, int entryDelta, int linkDelta, Instant time) {
    return new Mutation.TouchDirectory(new InodeId(directory), entryDelta, linkDelta, time);
  }

  public static Bytes directory() {
    return AttributesCodec.encode(Attributes.create(FileType.DIRECTORY, 0755, 1, 2, 0, SOME_TIME));
  }

  public static Bytes file() {
    return AttributesCodec.encode(Attributes.create(FileType.REGULAR, 0644, 1, 2, 0, SOME_TIME));
  }

  public static Bytes entryOf(long child) {
    return new DirectoryEntry(new InodeId(child), FileType.REGULAR).encode();
  }

  public static Attributes attributesIn(VersionedRecord record) throws DinofsException {
    return AttributesCodec.decode(record.value().orElseThrow());
  }

  /** The value as text; for a record that exists. */
  public static String text(VersionedRecord record) {
    return record.value().orElseThrow().toUtf8();
  }
}
