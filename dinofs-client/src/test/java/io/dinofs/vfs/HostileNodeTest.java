package io.dinofs.vfs;

import static io.dinofs.store.Volumes.putNew;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.cache.CacheSettings;
import io.dinofs.cache.CachingVersionedStore;
import io.dinofs.cache.OfflineMode;
import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.Counter;
import io.dinofs.model.DinofsException;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.NodeId;
import io.dinofs.model.RecordKey;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import io.dinofs.store.VersionedStore.Children;
import io.dinofs.store.Volumes;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.FileSystem.RenameMode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a node commits that plays by the store's rules and no others: others go on. */
final class HostileNodeTest {
  private static final Name FILE = Name.of("file");
  private static final EnumSet<OpenFlag> READ = EnumSet.of(OpenFlag.READ);
  private static final int READ_BYTES = 10;

  @TempDir Path directory;
  private final Volumes.Committer hostile = new Volumes.Committer(NodeId.random());
  private TestVolume volume;
  private FileSystem victim;
  private InodeId file;

  @BeforeEach
  void mount() throws Exception {
    volume = new TestVolume(directory);
    victim =
        volume.mount(
            CachingVersionedStore.open(
                volume.records, new CacheSettings(1 << 20, OfflineMode.READ, 1000)));
    file = victim.makeNode(Caller.ROOT, InodeId.ROOT, FILE, FileType.REGULAR, 0644, 0).inode();
  }

  @AfterEach
  void unmount() throws Exception {
    victim.close();
    volume.close();
  }

  private VersionedRecord get(RecordKey key) throws DinofsException {
    return volume.records.get(List.of(key), Children.WITHOUT_ATTRIBUTES).records().get(0);
  }

  private void commit(Mutation... mutations) throws DinofsException {
    volume.records.commit(hostile.of(mutations));
  }

  private void commit(List<Mutation> mutations) throws DinofsException {
    commit(mutations.toArray(Mutation[]::new));
  }

  private Mutation put(RecordKey key, Bytes value) throws DinofsException {
    return new Mutation.Put(key, get(key).version(), value);
  }

  private void setContent(Content content, long size) throws DinofsException {
    Attributes now = victim.getAttributes(file);
    Attributes changed = now.toBuilder().content(content).size(size).build();
    commit(put(RecordKey.attributes(file), AttributesCodec.encode(changed)));
  }

  private static void assertDamage(Executable call) {
    ErrorKind kind = assertThrows(DinofsException.class, call).kind();
    assertTrue(kind == ErrorKind.CORRUPT || kind == ErrorKind.IO, kind.toString());
  }

  private void assertFileCanBeRemoved() throws DinofsException {
    victim.unlink(Caller.ROOT, InodeId.ROOT, FILE);
    victim.makeNode(Caller.ROOT, InodeId.ROOT, FILE, FileType.REGULAR, 0644, 0);
  }

  private void read(long offset) throws DinofsException {
    FileHandle handle = victim.open(Caller.ROOT, file, READ);
    try {
      int unused = victim.read(handle, ByteBuffer.allocate(READ_BYTES), offset);
    } finally {
      victim.release(handle);
    }
  }

  @Test
  void contentsThatAreNowhereAreAnErrorOfTheirFile() throws Exception {
    BlobKey nowhere = BlobKey.of(Bytes.utf8("nowhere").asBuffer());
    for (Content content :
        List.of(
            new Content.SingleBlob(nowhere),
            new Content.Chunked(nowhere),
            new Content.InRecord(nowhere))) {
      setContent(content, READ_BYTES);
      assertDamage(() -> read(0));
      assertFileCanBeRemoved();
      file = victim.lookup(InodeId.ROOT, FILE).inode();
    }
  }

  @Test
  void contentsOfASmallFileThatAreNotItsOwnAreNotServed() throws Exception {
    Content meant = new Content.InRecord(BlobKey.of(Bytes.utf8("meant").asBuffer()));
    commit(putNew(RecordKey.data(file), "other"));
    setContent(meant, 5);
    assertDamage(() -> read(0));
    assertFileCanBeRemoved();
  }

  @Test
  void aManifestThatIsNoneAndSizesThatAreNoneDoNoHarm() throws Exception {
    BlobKey garbage = volume.blobs.put(Bytes.utf8("not a manifest").asBuffer());
    setContent(new Content.Chunked(garbage), 1 << 20);
    assertDamage(() -> read(0));
    BlobKey last =
        volume.blobs.put(
            Manifest.of(Map.of(Long.MAX_VALUE / Manifest.CHUNK_BYTES, garbage))
                .encode()
                .asBuffer());
    setContent(new Content.Chunked(last), Long.MAX_VALUE);
    read(Long.MAX_VALUE - 3);
    FileHandle handle =
        victim.open(Caller.ROOT, file, EnumSet.of(OpenFlag.READ, OpenFlag.WRITE, OpenFlag.APPEND));
    try {
      assertEquals(
          ErrorKind.FILE_TOO_LARGE,
          assertThrows(
                  DinofsException.class,
                  () -> victim.append(handle, ByteBuffer.allocate(9), Privileges.KEEP))
              .kind());
      assertTrue(victim.nextData(handle, 0).isPresent());
    } finally {
      victim.release(handle);
    }
    assertFileCanBeRemoved();
  }

  @Test
  void anOpenFileSurvivesWhateverIsCommittedOfIt() throws Exception {
    FileHandle handle = victim.open(Caller.ROOT, file, READ);
    setContent(new Content.InRecord(BlobKey.of(Bytes.utf8("nowhere").asBuffer())), READ_BYTES);
    assertDamage(() -> victim.read(handle, ByteBuffer.allocate(READ_BYTES), 0));
    Bytes text = Bytes.utf8("here");
    Content right = new Content.InRecord(BlobKey.of(text.asBuffer()));
    Attributes changed =
        AttributesCodec.decode(get(RecordKey.attributes(file)).value().orElseThrow()).toBuilder()
            .content(right)
            .size(text.length())
            .build();
    commit(
        putNew(RecordKey.data(file), text),
        put(RecordKey.attributes(file), AttributesCodec.encode(changed)));
    ByteBuffer read = ByteBuffer.allocate(READ_BYTES);
    assertEquals(text.length(), victim.read(handle, read, 0));
    victim.release(handle);
  }

  @Test
  void namesOfNothingAreErrorsOfTheirOwn() throws Exception {
    RecordKey dangling = RecordKey.entry(InodeId.ROOT, Name.of("dangling"));
    commit(
        putNew(dangling, new DirectoryEntry(new InodeId(-1), FileType.DIRECTORY).encode()),
        new Mutation.TouchDirectory(InodeId.ROOT, 1, 1, Volumes.SOME_TIME));
    assertDamage(() -> victim.lookup(InodeId.ROOT, Name.of("dangling")));
    assertEquals(file, victim.lookup(InodeId.ROOT, FILE).inode());
    List<String> names = new ArrayList<>();
    FileSystem.DirectoryHandle listing = victim.openDirectory(InodeId.ROOT);
    victim.readDirectory(listing, 0, (name, inode, type, next) -> names.add(name.toUtf8()));
    victim.releaseDirectory(listing);
    assertEquals(List.of(".", "..", "dangling", "file"), names);
  }

  @Test
  void timesMayBeAny() throws Exception {
    for (Instant time : List.of(Instant.MIN, Instant.MAX)) {
      for (InodeId inode : List.of(InodeId.ROOT, file)) {
        Attributes any =
            AttributesCodec.decode(get(RecordKey.attributes(inode)).value().orElseThrow())
                .toBuilder()
                .atime(time)
                .mtime(Instant.MIN)
                .ctime(Instant.MIN)
                .build();
        commit(put(RecordKey.attributes(inode), AttributesCodec.encode(any)));
      }
      commit(new Mutation.TouchDirectory(InodeId.ROOT, 0, 0, time));
      try (FileSystem reader = volume.mountWithAccessTimes(Instant::now)) {
        FileHandle handle = reader.open(Caller.ROOT, file, READ);
        assertEquals(0, reader.read(handle, ByteBuffer.allocate(1), 0));
        reader.release(handle);
      }
      assertFileCanBeRemoved();
      file = victim.lookup(InodeId.ROOT, FILE).inode();
    }
  }

  @Test
  void aLoopOfDirectoriesEndsWhoeverWalksIt() throws Exception {
    Name name = Name.of("d");
    InodeId upper = victim.makeDirectory(Caller.ROOT, InodeId.ROOT, name, 0755).inode();
    InodeId lower = victim.makeDirectory(Caller.ROOT, upper, name, 0755).inode();
    InodeId other = victim.makeDirectory(Caller.ROOT, InodeId.ROOT, Name.of("other"), 0755).inode();
    commit(
        put(RecordKey.parent(upper), lower.encode()),
        putNew(
            RecordKey.entry(lower, name), new DirectoryEntry(upper, FileType.DIRECTORY).encode()));
    assertEquals(upper, victim.lookup(lower, name).inode());
    assertEquals(
        ErrorKind.NAME_TOO_LONG,
        assertThrows(
                DinofsException.class,
                () ->
                    victim.rename(
                        Caller.ROOT,
                        InodeId.ROOT,
                        Name.of("other"),
                        lower,
                        Name.of("moved"),
                        RenameMode.REPLACE))
            .kind());
    assertEquals(other, victim.lookup(InodeId.ROOT, Name.of("other")).inode());
  }

  @Test
  void numbersThatWereThisNodesToUseCanBeTakenFromIt() throws Exception {
    long next = Counter.decode(get(VolumeFormat.NEXT_INODE).value().orElseThrow()).value();
    List<Mutation> squatters = new ArrayList<>();
    for (long inode = file.value() + 1; inode <= next + 10; inode++) {
      squatters.add(putNew(RecordKey.attributes(new InodeId(inode)), Volumes.file()));
      if (squatters.size() == 1000) {
        commit(squatters);
        squatters.clear();
      }
    }
    commit(squatters);
    InodeId made =
        victim
            .makeNode(Caller.ROOT, InodeId.ROOT, Name.of("new"), FileType.REGULAR, 0644, 0)
            .inode();
    assertTrue(made.value() > next + 10, made.toString());
  }

  @Test
  void moreExtendedAttributesThanAnInodeMayHaveDoNotKeepItForEver() throws Exception {
    int count = 1000;
    List<Mutation> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      puts.add(putNew(RecordKey.xattr(file, Bytes.utf8("user." + i)), "v"));
    }
    Attributes counted = victim.getAttributes(file).toBuilder().xattrs(count).build();
    puts.add(put(RecordKey.attributes(file), AttributesCodec.encode(counted)));
    commit(puts);
    assertTrue(victim.listXattrs(file).size() <= count);
    assertFileCanBeRemoved();
  }
}
