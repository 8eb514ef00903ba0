package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What programs know of local files holds here too, and on the other node. */
@OnEachFrontend
final class AsLocalIT {
  /** acl(5) as an extended attribute: u::rw-, u:4005:r--, g::---, m::r--, o::---. */
  static final Bytes ACL =
      Bytes.wrap(
          HexFormat.of()
              .withDelimiter(" ")
              .parseHex(
                  "02 00 00 00"
                      + " 01 00 06 00 ff ff ff ff"
                      + " 02 00 04 00 a5 0f 00 00"
                      + " 04 00 00 00 ff ff ff ff"
                      + " 10 00 04 00 ff ff ff ff"
                      + " 20 00 00 00 ff ff ff ff"));

  private static final int MEBIBYTE = 1 << 20;
  private static final long LARGEST = Long.MAX_VALUE;

  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  /** One directory, on both nodes. */
  private FilePath a;

  private FilePath b;
  private Path onA;
  private Path onB;

  @BeforeEach
  void makeADirectoryOfItsOwn(TestInfo test) throws IOException {
    // Other users have to get to the mounts.
    Files.setPosixFilePermissions(
        CLUSTER.directory(), PosixFilePermissions.fromString("rwx--x--x"));
    String name = test.getTestMethod().orElseThrow().getName();
    onA = Files.createDirectory(CLUSTER.node("a").path(name));
    onB = CLUSTER.node("b").path(name);
    a = FilePath.of(onA);
    b = FilePath.of(onB);
  }

  @Test
  void readingChangesTheAccessTimeAsRelatimeHasIt() throws IOException {
    Files.writeString(onA.resolve("f"), "contents");
    Files.createSymbolicLink(onA.resolve("link"), Path.of("f"));
    long skipping = must(Posix.open(a.resolve("f"), LinuxCalls.O_NOATIME));
    must(Posix.pread(skipping, ByteBuffer.allocate(10), 0));
    must(Posix.close(skipping));
    FileStatus written = Posix.lstat(a.resolve("f"));
    assertTrue(written.atimeNanos() <= written.mtimeNanos());

    assertEquals("contents", Files.readString(onA.resolve("f")));
    assertEquals("f", Files.readSymbolicLink(onA.resolve("link")).toString());
    must(Posix.readDirectory(a, new ArrayList<>()));
    List<FilePath> read = List.of(a.resolve("f"), a.resolve("link"), a);
    List<Long> times = new ArrayList<>();
    for (FilePath path : read) {
      FileStatus status = Posix.lstat(path);
      assertTrue(status.atimeNanos() > status.mtimeNanos(), path + ": " + status);
      times.add(status.atimeNanos());
    }
    assertEquals("contents", Files.readString(onA.resolve("f")));
    assertEquals(times.get(0), Posix.lstat(a.resolve("f")).atimeNanos());
    await("the other node").until(() -> Posix.lstat(b.resolve("f")).atimeNanos() == times.get(0));
    await().until(() -> Posix.lstat(b.resolve("link")).atimeNanos() == times.get(1));
    await().until(() -> Posix.lstat(b).atimeNanos() == times.get(2));
    assertEquals(Posix.lstat(a.resolve("f")), Posix.lstat(b.resolve("f")));
  }

  @Test
  void aProgramRunsAndIsBusyAsOnAPlainDirectory() throws Exception {
    Path plain = Files.copy(Path.of("/bin/sleep"), CLUSTER.directory().resolve("sleep"));
    Path program = Files.copy(Path.of("/bin/sleep"), onA.resolve("sleep"));
    for (Path copy : List.of(plain, program)) {
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertEquals(0, exitCode(onB.resolve("sleep").toString(), "0"));
    assertEquals(outcomeOfWritingWhileItRuns(plain), outcomeOfWritingWhileItRuns(program));
    Files.delete(plain);
  }

  private static String outcomeOfWritingWhileItRuns(Path program) throws Exception {
    Process running = new ProcessBuilder(program.toString(), "60").start();
    try {
      Path link = Path.of("/proc", Long.toString(running.pid()), "exe");
      await().until(() -> Files.readSymbolicLink(link).equals(program));
      long fd = Posix.open(FilePath.of(program), Posix.O_WRONLY);
      return fd < 0 ? Posix.describe(fd) : "opened, " + Posix.describe(Posix.close(fd));
    } finally {
      running.destroyForcibly().waitFor();
    }
  }

  @Test
  void supplementaryGroupsAndStickyDirectoriesCount() throws Exception {
    assumeTrue(Posix.isRoot(), "needs other users");
    Files.writeString(onA.resolve("f"), "for the group");
    must(Posix.chown(a.resolve("f"), 4001, 4002));
    must(Posix.chmod(a.resolve("f"), 0640));
    String[] cat = {"setpriv", "--reuid", "4003", "--regid", "4003"};
    String file = onB.resolve("f").toString();
    assertEquals(0, exitCode(with(cat, "--groups", "4002", "cat", file)));
    assertTrue(exitCode(with(cat, "--groups", "4004", "cat", file)) != 0);
    must(Posix.chmod(a, 01777));
    String[] remove = with(cat, "--groups", "4002", "rm", "-f", file);
    assertTrue(exitCode(remove) != 0);
    must(Posix.chown(a.resolve("f"), 4003, 4003));
    assertEquals(0, exitCode(remove));
    assertTrue(Files.notExists(onA.resolve("f")));
  }

  private static String[] with(String[] beginning, String... end) {
    String[] all = Arrays.copyOf(beginning, beginning.length + end.length);
    System.arraycopy(end, 0, all, beginning.length, end.length);
    return all;
  }

  private static int exitCode(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("does not end: " + Arrays.toString(command));
    }
    return process.exitValue();
  }

  @Test
  void synchronousWritesAreSeenWithoutCloseAndDirectOnesToo() throws IOException {
    for (int flag : new int[] {LinuxCalls.O_SYNC, LinuxCalls.O_DSYNC}) {
      String name = "f" + flag;
      long fd = must(Posix.open(a.resolve(name), Posix.O_RDWR | Posix.O_CREAT | flag, 0644));
      byte[] data = "synchronous".getBytes(UTF_8);
      assertEquals(data.length, Posix.pwrite(fd, data, 0));
      assertEquals("synchronous", Files.readString(onB.resolve(name)));
      must(Posix.close(fd));
    }
    int direct = Posix.O_RDWR | Posix.O_CREAT | LinuxCalls.O_DIRECT;
    long fd = must(Posix.open(a.resolve("direct"), direct, 0644));
    byte[] block = new byte[8192];
    Arrays.fill(block, (byte) 'd');
    assertEquals(block.length, Posix.pwrite(fd, block, 4096));
    ByteBuffer read = ByteBuffer.allocate(4096);
    assertEquals(4096, Posix.pread(fd, read, 8192));
    assertArrayEquals(Arrays.copyOf(block, 4096), read.array());
    must(Posix.close(fd));
    byte[] expected = new byte[12288];
    Arrays.fill(expected, 4096, expected.length, (byte) 'd');
    assertArrayEquals(expected, Files.readAllBytes(onB.resolve("direct")));
  }

  @Test
  void vectorsAreReadAndAppended() throws IOException {
    Files.writeString(onA.resolve("f"), "0123456789");
    long fd = must(Posix.open(a.resolve("f"), Posix.O_RDWR));
    List<byte[]> parts = List.of(new byte[3], new byte[4]);
    assertEquals(7, LinuxCalls.readv(fd, parts));
    assertEquals("012", new String(parts.get(0), UTF_8));
    assertEquals("3456", new String(parts.get(1), UTF_8));
    List<byte[]> added = List.of("ab".getBytes(UTF_8), "cd".getBytes(UTF_8));
    assertEquals(4, LinuxCalls.pwritev2(fd, added, 0, LinuxCalls.RWF_APPEND));
    must(Posix.close(fd));
    assertEquals("0123456789abcd", Files.readString(onB.resolve("f")));
  }

  @Test
  void aPrivateMappingChangesNothingAndTruncationReachesASharedOne() throws IOException {
    byte[] data = new byte[10_000];
    Arrays.fill(data, (byte) 'x');
    Files.write(onA.resolve("f"), data);
    try (FileChannel file = FileChannel.open(onA.resolve("f"), READ, WRITE)) {
      MappedByteBuffer own = file.map(MapMode.PRIVATE, 0, 10_000);
      own.put(0, (byte) 'p');
      assertEquals('p', own.get(0));
      MappedByteBuffer shared = file.map(MapMode.READ_WRITE, 0, 10_000);
      assertEquals('x', shared.get(0));
      shared.put(1, (byte) 's');
      shared.put(5_000, (byte) 's');
      file.truncate(4_500);
      assertEquals(0, shared.get(4_600), "behind the end in its page");
      must(Posix.truncate(a.resolve("f"), 9_000));
      assertEquals(0, shared.get(5_000));
      shared.put(8_000, (byte) 't');
      shared.force();
      assertEquals('p', own.get(0));
    }
    byte[] expected = Arrays.copyOf(Arrays.copyOf(data, 4_500), 9_000);
    expected[1] = 's';
    expected[8_000] = 't';
    assertArrayEquals(expected, Files.readAllBytes(onB.resolve("f")));
  }

  @Test
  void aPlaceInADirectoryStaysWhileTheDirectoryChanges() throws IOException {
    for (int i = 0; i < 300; i++) {
      must(Posix.mknod(a.resolve("f" + i), FileStatus.REGULAR | 0644, 0, 0));
    }
    long fd = must(Posix.open(b, Posix.O_RDONLY));
    List<Posix.Entry> first = new ArrayList<>();
    List<Posix.Entry> rest = new ArrayList<>();
    must(Posix.readEntries(fd, first, 2048));
    readAll(fd, rest);
    int place = first.size() / 2;
    Posix.Entry at = first.get(place);
    List<Bytes> expected = new ArrayList<>();
    first.subList(place + 1, first.size()).forEach(entry -> expected.add(entry.name()));
    rest.forEach(entry -> expected.add(entry.name()));
    // The file that the place is behind, and one that would be told later.
    must(Posix.unlink(a.resolve(at.name())));
    Bytes last = expected.remove(expected.size() - 1);
    must(Posix.unlink(b.resolve(last)));
    assertEquals(at.next(), must(LinuxCalls.lseek(fd, at.next(), LinuxCalls.SEEK_SET)));
    List<Posix.Entry> again = new ArrayList<>();
    readAll(fd, again);
    must(Posix.close(fd));
    List<Bytes> names = new ArrayList<>();
    again.forEach(entry -> names.add(entry.name()));
    names.remove(last); // what was told before it went may be told again
    assertEquals(expected, names);
  }

  private static void readAll(long fd, List<Posix.Entry> entries) throws IOException {
    while (must(Posix.readEntries(fd, entries, 4096)) > 0) {
      // until the directory ends
    }
  }

  @Test
  void extremesAreKept() throws IOException {
    Files.writeString(onA.resolve("f"), "");
    must(Posix.utimens(a.resolve("f"), -2_000_000_000L, 999_999_999, 6_000_000_000L, 1));
    FileStatus status = Posix.lstat(b.resolve("f"));
    assertEquals(-2_000_000_000L * 1_000_000_000 + 999_999_999, status.atimeNanos());
    assertEquals(6_000_000_000L * 1_000_000_000 + 1, status.mtimeNanos());
    if (Posix.isRoot()) {
      must(Posix.chown(a.resolve("f"), -2, -2)); // 2^32 - 2
      assertEquals(-2, Posix.lstat(b.resolve("f")).uid());
      assertEquals(-2, Posix.lstat(b.resolve("f")).gid());
    }
    long fd = must(Posix.open(a.resolve("f"), Posix.O_RDWR));
    must(Posix.ftruncate(fd, LARGEST));
    assertEquals(LARGEST, Posix.lstat(b.resolve("f")).size());
    assertEquals(1, Posix.pwrite(fd, new byte[] {'z'}, LARGEST - 1));
    must(Posix.close(fd));
    long seen = must(Posix.open(b.resolve("f"), Posix.O_RDONLY));
    ByteBuffer end = ByteBuffer.allocate(2);
    assertEquals(2, Posix.pread(seen, end, LARGEST - 2));
    assertArrayEquals(new byte[] {0, 'z'}, end.array());
    must(Posix.close(seen));
  }

  @Test
  void manyLargeExtendedAttributesAreKept() throws IOException {
    Files.writeString(onA.resolve("f"), "");
    for (int i = 0; i < 30; i++) {
      byte[] value = new byte[60_000];
      Arrays.fill(value, (byte) i);
      must(Posix.setXattr(a.resolve("f"), "user.large-" + i, value, Posix.XATTR_CREATE));
    }
    assertEquals(Observation.xattrs(a.resolve("f")), Observation.xattrs(b.resolve("f")));
    List<Bytes> value = new ArrayList<>();
    must(Posix.getXattr(b.resolve("f"), "user.large-29", value));
    assertEquals(60_000, value.get(0).length());
    assertEquals(29, value.get(0).toArray()[59_999]);
  }

  @Test
  void holesAreSeenOnTheOtherNode() throws IOException {
    byte[] data = new byte[3 * MEBIBYTE];
    Arrays.fill(data, (byte) 'x');
    Files.write(onA.resolve("f"), data);
    long fd = must(Posix.open(a.resolve("f"), Posix.O_RDWR));
    int punch = LinuxCalls.FALLOC_FL_PUNCH_HOLE | LinuxCalls.FALLOC_FL_KEEP_SIZE;
    must(LinuxCalls.fallocate(fd, punch, MEBIBYTE, MEBIBYTE));
    must(Posix.close(fd));
    Arrays.fill(data, MEBIBYTE, 2 * MEBIBYTE, (byte) 0);
    assertArrayEquals(data, Files.readAllBytes(onB.resolve("f")));
    long seen = must(Posix.open(b.resolve("f"), Posix.O_RDONLY));
    assertEquals(2L * MEBIBYTE / 512, LinuxCalls.blocks(b.resolve("f")));
    if (isKernel()) {
      assertEquals(MEBIBYTE, LinuxCalls.lseek(seen, 0, LinuxCalls.SEEK_HOLE));
      assertEquals(2L * MEBIBYTE, LinuxCalls.lseek(seen, MEBIBYTE, LinuxCalls.SEEK_DATA));
    }
    must(Posix.close(seen));
  }

  @Test
  void anUnnamedFileThatGetsANameIsThereOnTheOtherNode() throws IOException {
    assumeTrue(isKernel(), "libfuse 2 has no O_TMPFILE");
    long fd = must(Posix.open(a, Posix.O_RDWR | LinuxCalls.O_TMPFILE, 0640));
    assertEquals(5, Posix.write(fd, "hello".getBytes(UTF_8)));
    assertTrue(Files.notExists(onB.resolve("named")));
    must(LinuxCalls.linkOpen(fd, a.resolve("named")));
    assertEquals("hello", Files.readString(onB.resolve("named")));
    must(Posix.close(fd));
    assertEquals(0640, Posix.lstat(b.resolve("named")).permissions());
  }

  @Test
  void twoNamesChangePlacesForBothNodes() throws IOException {
    assumeTrue(isKernel(), "libfuse 2 has no renameat2(2)");
    Files.writeString(onA.resolve("one"), "1");
    Files.createDirectory(onA.resolve("two"));
    assertEquals("1", Files.readString(onB.resolve("one")));
    must(LinuxCalls.exchange(a.resolve("one"), a.resolve("two")));
    assertTrue(Files.isDirectory(onB.resolve("one")));
    assertEquals("1", Files.readString(onB.resolve("two")));
  }

  @Test
  void accessControlListsHoldOnTheOtherNode() throws Exception {
    assumeTrue(isKernel(), "the kernel enforces none of libfuse 2's");
    assumeTrue(Posix.isRoot(), "needs other users");
    Files.writeString(onA.resolve("f"), "secret");
    must(Posix.chmod(a.resolve("f"), 0600));
    String[] cat = {
      "setpriv",
      "--reuid",
      "4005",
      "--regid",
      "4005",
      "--clear-groups",
      "cat",
      onB.resolve("f").toString()
    };
    assertTrue(exitCode(cat) != 0);
    must(Posix.setXattr(a.resolve("f"), "system.posix_acl_access", ACL.toArray(), 0));
    assertEquals(0, exitCode(cat));
    assertEquals(0640, Posix.lstat(b.resolve("f")).permissions());
    must(Posix.chmod(b.resolve("f"), 0600));
    assertTrue(exitCode(cat) != 0);
    assertEquals(
        Observation.xattr(a.resolve("f"), "system.posix_acl_access"),
        Observation.xattr(b.resolve("f"), "system.posix_acl_access"));
  }

  private static boolean isKernel() {
    return CLUSTER.frontend() == Frontend.KERNEL;
  }
}
