package io.dinofs.vfs;

import io.dinofs.crypt.FileCipher;
import io.dinofs.crypt.KeyFile;
import io.dinofs.crypt.KeyRing;
import io.dinofs.model.DinofsException;
import io.dinofs.model.NodeId;
import io.dinofs.store.Capacity;
import io.dinofs.store.ContentCipher;
import io.dinofs.store.Key;
import io.dinofs.store.LockService;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.VolumeClock;
import io.dinofs.store.WriteBack;
import io.dinofs.store.blob.ContentAddressedFileStore;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/** A volume in memory and in a directory, for any number of nodes that have no caches. */
final class TestVolume implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  final VersionedStore records = new MemoryVersionedStore();
  private final DiskStore disk;
  final Path lostAndFound;
  final FullDiskBlobs blobs;
  private final Optional<ContentCipher> cipher;

  TestVolume(Path directory) throws DinofsException {
    this(directory, Optional.empty());
  }

  /** A volume whose contents are encrypted. */
  static TestVolume encrypted(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path keys = directory.resolve("keys");
    KeyFile.create(keys);
    return new TestVolume(directory, Optional.of(new FileCipher(KeyRing.open(keys))));
  }

  private TestVolume(Path directory, Optional<ContentCipher> cipher) throws DinofsException {
    this.cipher = cipher;
    disk = DiskStore.open(directory.resolve("blobs"), Durability.PROCESS_CRASH_ONLY);
    lostAndFound = directory.resolve("lost+found");
    blobs = new FullDiskBlobs(new ContentAddressedFileStore(disk));
  }

  /** Of an encrypted volume. */
  ContentCipher cipher() {
    return cipher.orElseThrow();
  }

  FileSystem mount() throws DinofsException {
    return mount(records);
  }

  /** A node that writes contents as they are, whatever the others do. */
  FileSystem mountWithoutKey() throws DinofsException {
    return new VolumeFileSystem(
        new VolumeFileSystem.Stores(
            records, blobs, Optional.empty(), new AlwaysPropagated(), capacity()),
        Instant::now,
        NodeId.random(),
        new FileSystemSettings(TIMEOUT, lostAndFound, false, false));
  }

  FileSystem mount(VersionedStore nodeRecords) throws DinofsException {
    return mount(nodeRecords, new AlwaysPropagated(), false);
  }

  FileSystem mount(VersionedStore nodeRecords, WriteBack writeBack, boolean closeWaits)
      throws DinofsException {
    return new VolumeFileSystem(
        new VolumeFileSystem.Stores(nodeRecords, blobs, cipher, writeBack, capacity()),
        Instant::now,
        NodeId.random(),
        new FileSystemSettings(TIMEOUT, lostAndFound, closeWaits, false));
  }

  /** A node on which reading changes access times. */
  FileSystem mountWithAccessTimes(VolumeClock clock) throws DinofsException {
    return new VolumeFileSystem(
        new VolumeFileSystem.Stores(records, blobs, cipher, new AlwaysPropagated(), capacity()),
        clock,
        NodeId.random(),
        new FileSystemSettings(TIMEOUT, lostAndFound, false, true));
  }

  /** A node whose locks {@code locks} grants. */
  FileSystem mount(LockService locks) throws DinofsException {
    return new VolumeFileSystem(
        new VolumeFileSystem.Stores(records, blobs, cipher, new AlwaysPropagated(), capacity()),
        Optional.of(locks),
        Instant::now,
        NodeId.random(),
        new FileSystemSettings(TIMEOUT, lostAndFound, false, false));
  }

  private Capacity capacity() {
    return disk;
  }

  @Override
  public void close() throws DinofsException {
    blobs.close();
    records.close();
  }

  /** All nodes share one blob store, so a blob is in its final place at once. */
  private static final class AlwaysPropagated implements WriteBack {
    @Override
    public void awaitPropagated(Collection<Key> keys, Duration limit) {}

    @Override
    public int pendingCount() {
      return 0;
    }
  }
}
