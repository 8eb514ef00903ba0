package io.dinofs.upkeep;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Commit;
import io.dinofs.model.CommitId;
import io.dinofs.model.Content;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.Version;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.Key;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.blob.ContentAddressedStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A volume in memory with its blobs on disk, which tests fill and break record by record. */
final class TestVolume implements AutoCloseable {
  static final Instant NOW = Instant.parse("2024-01-02T03:04:05Z");

  final MemoryVersionedStore records = new MemoryVersionedStore();
  final DiskStore disk;
  final ContentAddressedStore blobs;
  private final Path directory;
  private final NodeId node = NodeId.random();
  private long commits;

  TestVolume(Path directory) throws DinofsException {
    this.directory = directory;
    this.disk = DiskStore.open(directory, Durability.PROCESS_CRASH_ONLY);
    this.blobs = new ContentAddressedStore(disk);
  }

  BlobKey blob(String text) throws DinofsException {
    return blobs.put(Bytes.utf8(text).asBuffer());
  }

  BlobKey manifest(BlobKey... chunks) throws DinofsException {
    Map<Long, BlobKey> byIndex = new HashMap<>();
    for (BlobKey chunk : chunks) {
      byIndex.put((long) byIndex.size(), chunk);
    }
    return blobs.put(Manifest.of(byIndex).encode().asBuffer());
  }

  boolean hasBlob(BlobKey key) throws DinofsException {
    return disk.get(Key.ofBlob(key)).isPresent();
  }

  /** Makes all blobs look as if they had been put so long ago. */
  void age(Duration age) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      files.filter(Files::isRegularFile).forEach(file -> setTime(file, Instant.now().minus(age)));
    }
  }

  private static void setTime(Path file, Instant time) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Overwrites a blob with something else. */
  void damage(BlobKey key) throws DinofsException {
    disk.put(Key.ofBlob(key), Bytes.utf8("something else"));
  }

  InodeId file(InodeId parent, String name, Content content) throws DinofsException {
    InodeId inode = nextInode();
    Attributes attributes =
        Attributes.create(FileType.REGULAR, 0644, 1, 1, 0, NOW).toBuilder()
            .size(1)
            .content(content)
            .build();
    commit(
        put(RecordKey.attributes(inode), AttributesCodec.encode(attributes)),
        put(
            RecordKey.entry(parent, Name.of(name)),
            new DirectoryEntry(inode, FileType.REGULAR).encode()),
        new Mutation.TouchDirectory(parent, 1, 0, NOW));
    return inode;
  }

  InodeId directory(InodeId parent, String name) throws DinofsException {
    InodeId inode = nextInode();
    Attributes attributes = Attributes.create(FileType.DIRECTORY, 0755, 1, 1, 0, NOW);
    commit(
        put(RecordKey.attributes(inode), AttributesCodec.encode(attributes)),
        put(RecordKey.parent(inode), parent.encode()),
        put(
            RecordKey.entry(parent, Name.of(name)),
            new DirectoryEntry(inode, FileType.DIRECTORY).encode()),
        new Mutation.TouchDirectory(parent, 1, 1, NOW));
    return inode;
  }

  private InodeId nextInode() throws DinofsException {
    long next = Counter.decode(read(VolumeFormat.NEXT_INODE).value().orElseThrow()).value();
    commit(put(VolumeFormat.NEXT_INODE, new Counter(next + 1).encode()));
    return new InodeId(next);
  }

  VersionedRecord read(RecordKey key) throws DinofsException {
    return records.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  Attributes attributes(InodeId inode) throws DinofsException {
    return AttributesCodec.decode(read(RecordKey.attributes(inode)).value().orElseThrow());
  }

  void setAttributes(InodeId inode, Attributes attributes) throws DinofsException {
    commit(put(RecordKey.attributes(inode), AttributesCodec.encode(attributes)));
  }

  /** In place of what is there. */
  Mutation put(RecordKey key, Bytes value) throws DinofsException {
    return new Mutation.Put(key, read(key).version(), value);
  }

  Mutation delete(RecordKey key) throws DinofsException {
    Version version = read(key).version();
    return new Mutation.Delete(key, version);
  }

  void commit(Mutation... mutations) throws DinofsException {
    records.commit(new Commit(new CommitId(node, ++commits), List.of(mutations)));
  }

  /** Removes a file that has one name. */
  void remove(InodeId parent, String name, InodeId inode) throws DinofsException {
    commit(
        delete(RecordKey.entry(parent, Name.of(name))),
        delete(RecordKey.attributes(inode)),
        new Mutation.TouchDirectory(parent, -1, 0, NOW));
  }

  @Override
  public void close() throws DinofsException {
    records.close();
    blobs.close();
  }
}
