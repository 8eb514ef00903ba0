package io.dinofs.vfs;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import io.dinofs.model.CommitNumber;
import io.dinofs.model.CommittedChange;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.model.Name;
import io.dinofs.store.VersionedStore.CommitListener;
import io.dinofs.store.VersionedStore.Subscription;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times as relatime of mount(8) has them, on a node with a clock of its own. */
class AccessTimesTest {
  private static final Instant START = Instant.parse("2020-01-01T00:00:00Z");
  private static final Set<OpenFlag> READ = EnumSet.of(OpenFlag.READ);

  @TempDir Path directory;
  private TestVolume volume;
  private FileSystem reader;

  /** A node on which reading changes nothing. */
  private FileSystem other;

  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  @BeforeEach
  void mount() throws DinofsException {
    volume = new TestVolume(directory);
    reader = volume.mountWithAccessTimes(now::get);
    other = volume.mount();
  }

  @AfterEach
  void unmount() throws DinofsException {
    reader.close();
    other.close();
    volume.close();
  }

  @Test
  void theFirstReadAfterAChangeCountsAndTheNextOneDoesNot() throws DinofsException {
    InodeId file = file("f");
    assertEquals(START, atime(reader, file));
    Instant first = later(Duration.ofMinutes(1));
    read(file, READ);
    assertEquals(first, atime(reader, file));
    later(Duration.ofMinutes(1));
    read(file, READ);
    assertEquals(first, atime(reader, file));
    Instant changed = later(Duration.ofMinutes(1));
    write(file);
    Instant second = later(Duration.ofMinutes(1));
    read(file, READ);
    assertEquals(second, atime(reader, file));
    assertEquals(changed, reader.getAttributes(file).mtime());
  }

  @Test
  void aReadADayLaterCounts() throws DinofsException {
    InodeId file = file("f");
    Instant first = later(Duration.ofMinutes(1));
    read(file, READ);
    later(Duration.ofDays(1).minusSeconds(1));
    read(file, READ);
    assertEquals(first, atime(reader, file));
    Instant aDayLater = later(Duration.ofSeconds(1));
    read(file, READ);
    assertEquals(aDayLater, atime(reader, file));
  }

  @Test
  void otherNodesSeeItLaterAndNothingElseChanges() throws DinofsException {
    InodeId file = file("f");
    Instant read = later(Duration.ofMinutes(1));
    read(file, READ);
    await().until(() -> atime(other, file).equals(read));
    assertEquals(START, other.getAttributes(file).mtime());
    assertEquals(START, other.getAttributes(file).ctime());
  }

  @Test
  void whatIsReadTogetherIsOneCommitOfFilesLinksAndDirectories() throws DinofsException {
    List<InodeId> inodes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      inodes.add(file("f" + i));
    }
    InodeId link =
        reader
            .makeSymlink(Caller.ROOT, InodeId.ROOT, Name.of("link"), Bytes.utf8("target"))
            .inode();
    Instant read = later(Duration.ofMinutes(1));
    AtomicInteger commits = new AtomicInteger();
    try (Subscription counted = volume.records.subscribe(CommitNumber.NONE, counting(commits))) {
      for (InodeId inode : inodes) {
        read(inode, READ);
      }
      Bytes unusedTarget = reader.readLink(link);
      FileSystem.DirectoryHandle root = reader.openDirectory(InodeId.ROOT);
      reader.readDirectory(root, 0, (name, inode, type, cookie) -> true);
      reader.close();
      assertTrue(counted.isCurrent());
    }
    inodes.add(link);
    inodes.add(InodeId.ROOT);
    for (InodeId inode : inodes) {
      assertEquals(read, atime(other, inode));
    }
    assertTrue(commits.get() <= 2, commits + " commits");
  }

  @Test
  void aTimeThatIsSetAfterTheReadStays() throws DinofsException {
    InodeId here = file("here");
    InodeId there = file("there");
    later(Duration.ofMinutes(1));
    read(here, READ);
    read(there, READ);
    Instant set = Instant.parse("1950-01-01T00:00:00Z");
    AttributeChange change = AttributeChange.NONE.withAtime(new AttributeChange.At(set));
    assertEquals(set, reader.setAttributes(Caller.ROOT, here, change).atime());
    assertEquals(set, other.setAttributes(Caller.ROOT, there, change).atime());
    reader.close();
    assertEquals(set, atime(other, here));
    assertEquals(set, atime(other, there));
  }

  @Test
  void readsThatAreNotToCountLeaveTheTime() throws DinofsException {
    InodeId file = file("f");
    later(Duration.ofMinutes(1));
    read(file, EnumSet.of(OpenFlag.READ, OpenFlag.NO_ACCESS_TIME));
    assertEquals(START, atime(reader, file));
  }

  @Test
  void onlyReadersWhoseReadWouldCountHaveToBeTold() throws DinofsException {
    InodeId file = file("f");
    later(Duration.ofMinutes(1));
    assertTrue(isReadNoted(file, READ));
    assertFalse(isReadNoted(file, EnumSet.of(OpenFlag.READ, OpenFlag.WRITE)));
    assertFalse(isReadNoted(file, EnumSet.of(OpenFlag.READ, OpenFlag.NO_ACCESS_TIME)));
    read(file, READ);
    assertFalse(isReadNoted(file, READ));
  }

  @Test
  void aFileThatIsRemovedMeanwhileKeepsNoneFromBeingCommitted() throws DinofsException {
    InodeId removed = file("removed");
    InodeId file = file("f");
    Instant read = later(Duration.ofMinutes(1));
    read(removed, READ);
    read(file, READ);
    other.unlink(Caller.ROOT, InodeId.ROOT, Name.of("removed"));
    await().until(() -> atime(other, file).equals(read));
  }

  private static CommitListener counting(AtomicInteger commits) {
    return new CommitListener() {
      @Override
      public void committed(CommittedChange change) {
        commits.incrementAndGet();
      }

      @Override
      public void reset(CommitNumber at) {
        // Nothing was told before.
      }
    };
  }

  private Instant later(Duration duration) {
    return now.updateAndGet(time -> time.plus(duration));
  }

  private static Instant atime(FileSystem node, InodeId inode) throws DinofsException {
    return node.getAttributes(inode).atime();
  }

  private InodeId file(String name) throws DinofsException {
    FileHandle handle =
        reader
            .create(Caller.ROOT, InodeId.ROOT, Name.of(name), 0644, EnumSet.of(OpenFlag.WRITE))
            .handle();
    write(handle);
    return handle.inode();
  }

  private void write(InodeId file) throws DinofsException {
    write(reader.open(Caller.ROOT, file, EnumSet.of(OpenFlag.WRITE)));
  }

  private void write(FileHandle handle) throws DinofsException {
    reader.write(handle, ByteBuffer.wrap(new byte[] {1, 2, 3}), 0);
    reader.release(handle);
  }

  private void read(InodeId file, Set<OpenFlag> flags) throws DinofsException {
    FileHandle handle = reader.open(Caller.ROOT, file, flags);
    assertEquals(3, reader.read(handle, ByteBuffer.allocate(10), 0));
    reader.release(handle);
  }

  private boolean isReadNoted(InodeId file, Set<OpenFlag> flags) throws DinofsException {
    FileHandle handle = reader.open(Caller.ROOT, file, flags);
    boolean noted = reader.isReadNoted(handle);
    reader.release(handle);
    return noted;
  }
}
