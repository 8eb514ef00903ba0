package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a call has changed on one node is seen by the next call on the other: no test waits in
 * between.
 *
 * <p>Before a change the other node looks at what will change, so that it has the old state in its
 * caches.
 */
@OnEachFrontend
final class SharedVolumeIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  /** One directory, on both nodes. */
  private Path a;

  private Path b;

  @BeforeEach
  void makeADirectoryOfItsOwn(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName();
    a = Files.createDirectory(CLUSTER.node("a").path(name));
    b = CLUSTER.node("b").path(name);
    assertEquals(Set.of(), names(b));
  }

  @Test
  void aNewFileIsSeenWithItsContents() throws IOException {
    assertFalse(Files.exists(b.resolve("f")));
    Files.writeString(a.resolve("f"), "contents");
    assertEquals(status(a, "f"), status(b, "f"));
    assertEquals("contents", Files.readString(b.resolve("f")));
    assertEquals(Set.of("f"), names(b));
  }

  @Test
  void newContentsAreSeen() throws IOException {
    Files.writeString(a.resolve("f"), "from a");
    for (int round = 0; round < 50; round++) {
      Files.writeString(b.resolve("f"), "from b " + round);
      assertEquals("from b " + round, Files.readString(a.resolve("f")));
      Files.writeString(a.resolve("f"), "from a, which is longer " + round);
      assertEquals("from a, which is longer " + round, Files.readString(b.resolve("f")));
    }
  }

  @Test
  void whatIsAppendedIsSeen() throws IOException {
    Files.writeString(a.resolve("f"), "");
    StringBuilder expected = new StringBuilder();
    for (int round = 0; round < 50; round++) {
      Files.writeString((round % 2 == 0 ? a : b).resolve("f"), round + "\n", APPEND);
      expected.append(round).append('\n');
      assertEquals(expected.toString(), Files.readString((round % 2 == 0 ? b : a).resolve("f")));
    }
  }

  @Test
  void contentsAreSeenAfterFsyncWithoutClose() throws IOException {
    Files.writeString(a.resolve("f"), "old");
    assertEquals("old", Files.readString(b.resolve("f")));
    try (FileChannel file = FileChannel.open(a.resolve("f"), WRITE)) {
      file.write(ByteBuffer.wrap("newer".getBytes(UTF_8)));
      file.force(true);
      assertEquals("newer", Files.readString(b.resolve("f")));
    }
  }

  @Test
  void anOpenFileShowsWhatTheOtherNodeHasWritten() throws IOException {
    Files.writeString(a.resolve("f"), "old contents");
    try (FileChannel file = FileChannel.open(b.resolve("f"), READ)) {
      assertEquals("old contents", read(file));
      Files.writeString(a.resolve("f"), "new contents");
      assertEquals("new contents", read(file));
      Files.writeString(a.resolve("f"), "much longer contents");
      assertEquals("much longer contents", read(file));
    }
  }

  @Test
  void truncationIsSeen() throws IOException {
    Files.writeString(a.resolve("f"), "0123456789");
    assertEquals("0123456789", Files.readString(b.resolve("f")));
    must(Posix.truncate(FilePath.of(a.resolve("f")), 4));
    assertEquals("0123", Files.readString(b.resolve("f")));
    must(Posix.truncate(FilePath.of(b.resolve("f")), 6));
    assertEquals("0123\0\0", Files.readString(a.resolve("f")));
  }

  @Test
  void aRemovedFileIsGone() throws IOException {
    Files.writeString(a.resolve("f"), "x");
    assertTrue(Files.exists(b.resolve("f")));
    Files.delete(b.resolve("f"));
    assertEquals(Posix.error(Errno.ENOENT), Posix.lstat(FilePath.of(a.resolve("f")), sink()));
    assertEquals(Set.of(), names(a));
  }

  @Test
  void directoriesComeAndGo() throws IOException {
    assertFalse(Files.exists(b.resolve("d")));
    Files.createDirectories(a.resolve("d/e/f"));
    assertEquals(Set.of("d"), names(b));
    assertEquals(3, status(b, "d").nlink());
    Files.delete(b.resolve("d/e/f"));
    assertEquals(2, status(a, "d/e").nlink());
    Files.delete(a.resolve("d/e"));
    Files.delete(b.resolve("d"));
    assertEquals(Set.of(), names(a));
    assertEquals(2, Posix.lstat(FilePath.of(a)).nlink());
  }

  @Test
  void aDirectoryThatIsNotEmptyIsNotRemoved() throws IOException {
    Files.createDirectory(a.resolve("d"));
    Files.writeString(b.resolve("d/f"), "");
    assertEquals(Posix.error(Errno.ENOTEMPTY), Posix.rmdir(FilePath.of(a.resolve("d"))));
  }

  @Test
  void aRenamedFileIsSeenUnderItsNewNameOnly() throws IOException {
    Files.createDirectory(a.resolve("d"));
    Files.writeString(a.resolve("f"), "f");
    Files.writeString(a.resolve("d/g"), "g");
    assertEquals("g", Files.readString(b.resolve("d/g")));
    must(Posix.rename(FilePath.of(a.resolve("f")), FilePath.of(a.resolve("d/g"))));
    assertEquals("f", Files.readString(b.resolve("d/g")));
    assertFalse(Files.exists(b.resolve("f")));
    assertEquals(Set.of("d"), names(b));
    assertEquals(Set.of("g"), names(b.resolve("d")));
  }

  @Test
  void aRenamedDirectoryTakesItsFilesAlong() throws IOException {
    Files.createDirectories(a.resolve("d/sub"));
    Files.writeString(a.resolve("d/sub/f"), "f");
    Files.createDirectory(a.resolve("empty"));
    assertEquals("f", Files.readString(b.resolve("d/sub/f")));
    must(Posix.rename(FilePath.of(b.resolve("d/sub")), FilePath.of(b.resolve("empty"))));
    assertEquals("f", Files.readString(a.resolve("empty/f")));
    assertFalse(Files.exists(a.resolve("d/sub")));
    assertEquals(2, status(a, "d").nlink());
    assertEquals(
        Posix.error(Errno.EINVAL),
        Posix.rename(FilePath.of(a.resolve("empty")), FilePath.of(a.resolve("empty/in"))));
  }

  @Test
  void linksShareOneFile() throws IOException {
    Files.writeString(a.resolve("f"), "one");
    assertEquals(1, status(b, "f").nlink());
    must(Posix.link(FilePath.of(a.resolve("f")), FilePath.of(a.resolve("g"))));
    assertEquals(2, status(b, "f").nlink());
    assertEquals(status(b, "f"), status(b, "g"));
    Files.writeString(b.resolve("g"), "two");
    assertEquals("two", Files.readString(a.resolve("f")));
    assertEquals("two", Files.readString(b.resolve("f")));
    Files.delete(b.resolve("f"));
    assertEquals(1, status(a, "g").nlink());
    assertEquals("two", Files.readString(a.resolve("g")));
  }

  @Test
  void renamingALinkToItsOtherNameLeavesBoth() throws IOException {
    Files.writeString(a.resolve("f"), "one");
    must(Posix.link(FilePath.of(a.resolve("f")), FilePath.of(a.resolve("g"))));
    must(Posix.rename(FilePath.of(b.resolve("f")), FilePath.of(b.resolve("g"))));
    assertEquals(Set.of("f", "g"), names(a));
    assertEquals(2, status(a, "f").nlink());
  }

  @Test
  void symbolicLinksAreSeen() throws IOException {
    Files.writeString(a.resolve("f"), "target");
    Files.createSymbolicLink(a.resolve("s"), Path.of("f"));
    assertEquals("target", Files.readString(b.resolve("s")));
    assertEquals(Path.of("f"), Files.readSymbolicLink(b.resolve("s")));
    assertEquals(FileStatus.SYMLINK | 0777, status(b, "s").mode());
    assertEquals(1, status(b, "s").size());
  }

  @Test
  void fifosSocketsAndDevicesAreSeen() throws IOException {
    must(Posix.mknod(FilePath.of(a.resolve("fifo")), FileStatus.FIFO | 0640, 0, 0));
    must(Posix.mknod(FilePath.of(a.resolve("socket")), FileStatus.SOCKET | 0600, 0, 0));
    must(Posix.mknod(FilePath.of(a.resolve("file")), FileStatus.REGULAR | 0604, 0, 0));
    assertEquals(FileStatus.FIFO | 0640, status(b, "fifo").mode());
    assertEquals(FileStatus.SOCKET | 0600, status(b, "socket").mode());
    assertEquals(FileStatus.REGULAR | 0604, status(b, "file").mode());
    if (Posix.isRoot()) {
      must(Posix.mknod(FilePath.of(a.resolve("char")), FileStatus.CHARACTER_DEVICE | 0600, 5, 300));
      must(Posix.mknod(FilePath.of(a.resolve("block")), FileStatus.BLOCK_DEVICE | 0600, 259, 7));
      assertEquals(FileStatus.CHARACTER_DEVICE | 0600, status(b, "char").mode());
      assertEquals(5L << 32 | 300, status(b, "char").rdev());
      assertEquals(259L << 32 | 7, status(b, "block").rdev());
    }
  }

  @Test
  void modesAndOwnersAreSeen() throws IOException {
    Files.writeString(a.resolve("f"), "");
    assertEquals(0, status(b, "f").permissions() & 0111);
    must(Posix.chmod(FilePath.of(a.resolve("f")), 06751));
    assertEquals(06751, status(b, "f").permissions());
    if (Posix.isRoot()) {
      must(Posix.lchown(FilePath.of(b.resolve("f")), 1234, 5678));
      assertEquals(1234, status(a, "f").uid());
      assertEquals(5678, status(a, "f").gid());
      must(Posix.lchown(FilePath.of(a.resolve("f")), -1, 99));
      assertEquals(1234, status(b, "f").uid());
      assertEquals(99, status(b, "f").gid());
    }
  }

  @Test
  void timesAreKeptToTheNanosecondAndEachForItself() throws IOException {
    Files.writeString(a.resolve("f"), "");
    FilePath onA = FilePath.of(a.resolve("f"));
    must(Posix.utimens(onA, 1_000_000_001, 123_456_789, 2_000_000_002, 987_654_321));
    assertEquals(1_000_000_001_123_456_789L, status(b, "f").atimeNanos());
    assertEquals(2_000_000_002_987_654_321L, status(b, "f").mtimeNanos());
    must(Posix.utimens(onA, 0, Posix.UTIME_OMIT, 3, 4));
    assertEquals(1_000_000_001_123_456_789L, status(b, "f").atimeNanos());
    assertEquals(3_000_000_004L, status(b, "f").mtimeNanos());
    must(Posix.utimens(onA, 5, 6, 0, Posix.UTIME_OMIT));
    assertEquals(5_000_000_006L, status(b, "f").atimeNanos());
    assertEquals(3_000_000_004L, status(b, "f").mtimeNanos());
    must(Posix.utimens(onA, 0, Posix.UTIME_OMIT, 0, Posix.UTIME_NOW));
    assertEquals(5_000_000_006L, status(b, "f").atimeNanos());
    assertTrue(status(b, "f").mtimeNanos() > 1_600_000_000_000_000_000L);
  }

  @Test
  void extendedAttributesAreSeen() throws IOException {
    Files.writeString(a.resolve("f"), "");
    FilePath onA = FilePath.of(a.resolve("f"));
    FilePath onB = FilePath.of(b.resolve("f"));
    assertEquals(Posix.error(Errno.ENODATA), Posix.getXattr(onB, "user.x", sink()));
    must(Posix.setXattr(onA, "user.x", new byte[] {0, (byte) 0xff, 7}, Posix.XATTR_CREATE));
    List<Bytes> value = new ArrayList<>();
    must(Posix.getXattr(onB, "user.x", value));
    assertEquals(List.of(Bytes.wrap(new byte[] {0, (byte) 0xff, 7})), value);
    List<String> names = new ArrayList<>();
    must(Posix.listXattrs(onB, names));
    assertEquals(List.of("user.x"), names);
    byte[] one = {1};
    assertEquals(Posix.error(Errno.EEXIST), Posix.setXattr(onB, "user.x", one, Posix.XATTR_CREATE));
    assertEquals(
        Posix.error(Errno.ENODATA), Posix.setXattr(onB, "user.y", one, Posix.XATTR_REPLACE));
    must(Posix.removeXattr(onB, "user.x"));
    assertEquals(Posix.error(Errno.ENODATA), Posix.getXattr(onA, "user.x", sink()));
    assertEquals(Posix.error(Errno.ENODATA), Posix.removeXattr(onA, "user.x"));
    assertEquals(0, Posix.listXattrs(onA, sink()));
  }

  @Test
  void namesNeedNotBeText() throws IOException {
    Bytes name = Bytes.wrap(new byte[] {(byte) 0xff, (byte) 0xfe, ' ', '\n', (byte) 0xe9, 1});
    FilePath onA = FilePath.of(a).resolve(name);
    FilePath onB = FilePath.of(b).resolve(name);
    must(Posix.close(must(Posix.open(onA, Posix.O_CREAT | Posix.O_EXCL | Posix.O_WRONLY, 0600))));
    assertEquals(Posix.lstat(onA), Posix.lstat(onB));
    List<Posix.Entry> entries = new ArrayList<>();
    must(Posix.readDirectory(FilePath.of(b), entries));
    assertTrue(entries.stream().anyMatch(entry -> entry.name().equals(name)));
    Bytes target = Bytes.wrap(new byte[] {(byte) 0x80, '/', (byte) 0xff});
    must(Posix.symlink(target, FilePath.of(b).resolve("s")));
    List<Bytes> read = new ArrayList<>();
    must(Posix.readlink(FilePath.of(a).resolve("s"), read));
    assertEquals(List.of(target), read);
    must(Posix.unlink(onB));
    assertEquals(Posix.error(Errno.ENOENT), Posix.lstat(onA, sink()));
  }

  @Test
  void aNameHasAtMost255Bytes() throws IOException {
    String longest = "n".repeat(255);
    Files.writeString(a.resolve(longest), "x");
    assertEquals("x", Files.readString(b.resolve(longest)));
    FilePath tooLong = FilePath.of(b).resolve(longest + "n");
    assertEquals(Posix.error(Errno.ENAMETOOLONG), Posix.mkdir(tooLong, 0755));
    assertEquals(Posix.error(Errno.ENAMETOOLONG), Posix.lstat(tooLong, sink()));
  }

  @Test
  void anUnlinkedFileLivesUntilItIsClosed() throws IOException {
    FilePath file = FilePath.of(a.resolve("f"));
    long fd = must(Posix.open(file, Posix.O_CREAT | Posix.O_RDWR, 0644));
    must(Posix.write(fd, "before".getBytes(UTF_8)));
    must(Posix.fsync(fd));
    must(Posix.unlink(FilePath.of(b.resolve("f"))));
    assertEquals(Set.of(), names(a));
    must(Posix.write(fd, " after".getBytes(UTF_8)));
    ByteBuffer read = ByteBuffer.allocate(100);
    assertEquals(12, must(Posix.pread(fd, read, 0)));
    assertEquals("before after", new String(read.array(), 0, 12, UTF_8));
    must(Posix.ftruncate(fd, 3));
    assertEquals(3, Posix.fstat(fd).size());
    assertEquals(0, Posix.fstat(fd).nlink());
    must(Posix.close(fd));
    assertEquals(Set.of(), names(b));
  }

  @Test
  void anOpenFileThatIsChangedAndRemovedOnTheOtherNodeShowsItsLastContents() throws IOException {
    Files.writeString(a.resolve("f"), "old contents");
    try (FileChannel file = FileChannel.open(a.resolve("f"), READ)) {
      assertEquals("old contents", read(file));
      Files.writeString(b.resolve("f"), "last contents");
      Files.delete(b.resolve("f"));
      assertEquals("last contents", read(file));
    }
  }

  @Test
  void aNodeThatIsNotWaitedForLearnsOfAChangeSoonAfter() throws Exception {
    Node node = CLUSTER.node("push");
    node.start("--consistency", "push");
    Path pushed = node.path(a.getFileName().toString());
    assertEquals(Set.of(), names(pushed));
    Files.writeString(a.resolve("f"), "pushed");
    await().atMost(Program.PATIENCE).until(() -> Files.exists(pushed.resolve("f")));
    assertEquals("pushed", Files.readString(pushed.resolve("f")));
    Files.writeString(pushed.resolve("g"), "from there");
    assertEquals("from there", Files.readString(b.resolve("g")));
    assertEquals(0, node.unmount());
  }

  @Test
  void aFileIsReadWhileItIsWritten() throws IOException {
    try (FileChannel writer = FileChannel.open(a.resolve("f"), Set.of(CREATE, WRITE));
        FileChannel reader = FileChannel.open(a.resolve("f"), READ)) {
      writer.write(ByteBuffer.wrap("first".getBytes(UTF_8)));
      assertEquals("first", read(reader));
      writer.write(ByteBuffer.wrap(" second".getBytes(UTF_8)));
      assertEquals("first second", read(reader));
      assertEquals(12, Files.size(a.resolve("f")));
    }
    assertEquals("first second", Files.readString(b.resolve("f")));
  }

  @Test
  void aFileCanBeMapped() throws IOException {
    Files.write(a.resolve("f"), new byte[100_000]);
    try (FileChannel file = FileChannel.open(a.resolve("f"), READ, WRITE)) {
      var map = file.map(FileChannel.MapMode.READ_WRITE, 0, 100_000);
      map.put(70_000, (byte) 7);
      map.force();
      file.force(true);
    }
    try (FileChannel file = FileChannel.open(b.resolve("f"), READ)) {
      var map = file.map(FileChannel.MapMode.READ_ONLY, 0, 100_000);
      assertEquals(7, map.get(70_000));
      assertEquals(0, map.get(69_999));
    }
    assertEquals(7, Files.readAllBytes(b.resolve("f"))[70_000]);
  }

  @Test
  void aFileInADirectoryWithTheSetGroupIdBitGetsItsGroup() throws IOException {
    if (Posix.isRoot()) {
      must(Posix.lchown(FilePath.of(a), 0, 4321));
    }
    must(Posix.chmod(FilePath.of(a), 02775));
    int group = Posix.lstat(FilePath.of(a)).gid();
    Files.writeString(b.resolve("f"), "");
    Files.createDirectory(b.resolve("d"));
    assertEquals(group, status(a, "f").gid());
    assertEquals(group, status(a, "d").gid());
    assertEquals(02000, status(a, "d").permissions() & 02000);
  }

  @Test
  void bothNodesTellTheSameSpace() throws IOException {
    FileStore onA = Files.getFileStore(a);
    FileStore onB = Files.getFileStore(b);
    assertTrue(onA.getTotalSpace() > 0);
    assertEquals(onA.getTotalSpace(), onB.getTotalSpace());
    assertEquals(onA.getBlockSize(), onB.getBlockSize());
  }

  @Test
  void theTimeOfAChangeOnOneNodeIsNotBeforeAnEarlierOneOnTheOther() throws IOException {
    long last = 0;
    for (int round = 0; round < 40; round++) {
      Path writer = round % 2 == 0 ? a : b;
      Files.writeString(writer.resolve("f" + round), "");
      long time = status(round % 2 == 0 ? b : a, "f" + round).mtimeNanos();
      assertTrue(time >= last, "round " + round + ": " + (last - time) + " ns back");
      last = time;
    }
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (var entries = Files.newDirectoryStream(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private static FileStatus status(Path directory, String name) throws IOException {
    return Posix.lstat(FilePath.of(directory.resolve(name)));
  }

  /** Takes what a call that fails does not give. */
  private static <T> List<T> sink() {
    return new ArrayList<>();
  }

  private static String read(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    int count = file.read(buffer, 0);
    return new String(buffer.array(), 0, Math.max(count, 0), UTF_8);
  }
}
