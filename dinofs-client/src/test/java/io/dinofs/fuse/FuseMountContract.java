package io.dinofs.fuse;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every frontend has to do, tested on a real mount with system calls; the mount is in a
 * process of its own.
 */
@RequiresFuse
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class FuseMountContract {
  private static final int PATIENCE_SECONDS = 60;

  private final String frontend;
  private Path mount;
  private Path otherMount;
  private Process server;

  /** A directory of each test's own, on the mount and on the other node's. */
  private Path directory;

  private Path otherDirectory;

  /**
   * @param frontend as {@link MountedVolume} names it
   */
  protected FuseMountContract(String frontend) {
    this.frontend = frontend;
  }

  @BeforeAll
  void startTheServer(@TempDir Path temporary) throws IOException {
    mount = Files.createDirectory(temporary.resolve("mnt"));
    otherMount = Files.createDirectory(temporary.resolve("mnt2"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(MountedVolume.class.getName(), frontend));
    command.add(temporary.resolve("blobs").toString());
    command.addAll(List.of(mount.toString(), otherMount.toString()));
    server = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    assertEquals(MountedVolume.READY, output.readLine());
  }

  @AfterAll
  void unmountAndSeeTheServerEnd() throws IOException, InterruptedException {
    try {
      for (Path each : List.of(mount, otherMount)) {
        await(each + " to be unmounted").until(() -> unmount(each));
      }
      assertTrue(server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the server ends");
      assertEquals(0, server.exitValue());
    } finally {
      server.destroyForcibly().waitFor();
      for (Path each : List.of(mount, otherMount)) {
        new ProcessBuilder("fusermount", "-u", "-q", "-z", each.toString()).start().waitFor();
      }
    }
  }

  private static boolean unmount(Path each) throws IOException, InterruptedException {
    // A mapped file keeps a mount in use until the garbage collector has unmapped it.
    System.gc();
    return new ProcessBuilder("fusermount", "-u", "-q", each.toString()).start().waitFor() == 0;
  }

  @BeforeEach
  void makeDirectory(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName();
    directory = Files.createDirectory(mount.resolve(name));
    otherDirectory = otherMount.resolve(name);
  }

  /** Runs a shell in the test's directory and returns what it prints, byte for byte. */
  private String shell(String script) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("/bin/sh", "-euc", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }

  @Test
  void namesAreBytes() throws Exception {
    String listed =
        shell(
            """
            name=$(printf 'a\\377\\376b')
            echo contents >"$name"
            mkdir "$name.d"
            ln -s "$name" link
            cat link
            mv "$name" "$name.d/$name"
            ls "$name.d"
            rm "$name.d/$name"
            rmdir "$name.d"
            readlink link
            """);
    assertEquals("contents\na\u00ff\u00feb\na\u00ff\u00feb\n", listed);
  }

  @Test
  void anOpenFileWithoutANameGoesOnWorking() throws Exception {
    Path file = directory.resolve("file");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap("before".getBytes(StandardCharsets.UTF_8)));
      Files.delete(file);
      assertEquals(List.of(), listing(directory));
      assertEquals(6, channel.size());
      channel.write(ByteBuffer.wrap(" and after".getBytes(StandardCharsets.UTF_8)));
      channel.truncate(9);
      ByteBuffer contents = ByteBuffer.allocate(100);
      channel.read(contents, 0);
      assertEquals("before an", new String(contents.array(), 0, 9, StandardCharsets.UTF_8));
      assertEquals(9, channel.size());
    }
  }

  @Test
  void modeAndTimesOfAnOpenFileWithoutANameCanBeSet() throws Exception {
    String seen =
        shell(
            """
            exec 3<>file
            rm file
            chmod 751 /proc/self/fd/3
            touch -d @5 /proc/self/fd/3
            stat -L -c '%a %Y %h' /proc/self/fd/3
            """);
    assertEquals("751 5 0\n", seen);
  }

  @Test
  void aMappedFileIsReadAndWritten() throws IOException {
    Path file = directory.resolve("file");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(300_000));
      MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, 300_000);
      map.put(200_000, (byte) 7);
      map.force();
    }
    assertEquals(7, Files.readAllBytes(file)[200_000]);
    assertEquals(7, Files.readAllBytes(otherDirectory.resolve("file"))[200_000]);
  }

  @Test
  void aDirectoryOfTenThousandIsListedWholly() throws Exception {
    shell("seq 10000 | xargs touch");
    List<String> names = listing(directory);
    Set<String> different = new HashSet<>(names);
    assertEquals(10_000, names.size());
    assertEquals(10_000, different.size());
    assertTrue(different.contains("1") && different.contains("10000"));
  }

  @Test
  void oneTimeCanBeSetWithoutTheOther() throws Exception {
    String seen =
        shell(
            """
            touch file
            touch -a -d '2001-02-03 04:05:06.123456789 UTC' file
            touch -m -d '1969-12-31 23:59:58.5 UTC' file
            TZ=UTC stat -c '%x|%y' file
            touch -a file
            TZ=UTC stat -c '%y' file
            """);
    assertEquals(
        """
        2001-02-03 04:05:06.123456789 +0000|1969-12-31 23:59:58.500000000 +0000
        1969-12-31 23:59:58.500000000 +0000
        """,
        seen);
    FileTime atime = (FileTime) Files.getAttribute(directory.resolve("file"), "lastAccessTime");
    assertTrue(atime.toInstant().isAfter(Instant.parse("2020-01-01T00:00:00Z")));
  }

  @Test
  void extendedAttributesAreSetReadListedAndRemoved() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    byte[] large = new byte[3000];
    large[2999] = 1;
    view.write("small", ByteBuffer.wrap(new byte[] {1, 0, (byte) 0xff}));
    view.write("large", ByteBuffer.wrap(large));
    assertEquals(Set.of("small", "large"), Set.copyOf(view.list()));
    assertEquals(3, view.size("small"));
    ByteBuffer read = ByteBuffer.allocate(3000);
    view.read("large", read);
    assertEquals(1, read.get(2999));
    view.delete("small");
    assertEquals(List.of("large"), view.list());
  }

  @Test
  void theUmaskIsApplied() throws Exception {
    String modes =
        shell(
            """
            umask 027
            touch file
            mkdir directory
            mkfifo fifo
            stat -c '%a %F' file directory fifo
            """);
    assertEquals("640 regular empty file\n750 directory\n640 fifo\n", modes);
  }

  @Test
  void failuresHaveTheirErrno() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThrows(FileAlreadyExistsException.class, () -> Files.createFile(file));
    assertThrows(NoSuchFileException.class, () -> Files.delete(directory.resolve("none")));
    assertThrows(DirectoryNotEmptyException.class, () -> Files.delete(directory));
    assertThrows(IOException.class, () -> Files.createFile(directory.resolve("n".repeat(256))));
    assertEquals(List.of("file"), listing(directory));
  }

  @Test
  void appendedBytesGoToTheEnd() throws Exception {
    assertEquals(
        "one\ntwo\nthree\n", shell("echo one >f; exec 3>>f; echo two >>f; echo three >&3; cat f"));
  }

  @Test
  void aHoleReadsAsZeros() throws Exception {
    assertEquals(
        "100001\n0\n",
        shell(
            "printf x | dd of=f bs=1 seek=100000 2>/dev/null; stat -c %s f;"
                + " head -c 100000 f | tr -d '\\000' | wc -c"));
  }

  @Test
  void everyNameOfALinkedFileShowsTheSameFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "first");
    Path link = Files.createLink(directory.resolve("link"), file);
    assertEquals("first", Files.readString(link));
    Files.writeString(file, "second");
    assertEquals("second", Files.readString(link));
    assertEquals(Files.getAttribute(file, "unix:ino"), Files.getAttribute(link, "unix:ino"));
    assertEquals(2, Files.getAttribute(link, "unix:nlink"));
  }

  @Test
  void whatOneNodeChangesTheOtherSeesAtOnce() throws IOException {
    Path file = directory.resolve("file");
    Path seen = otherDirectory.resolve("file");
    assertFalse(Files.exists(seen));
    Files.writeString(file, "first");
    assertEquals("first", Files.readString(seen));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(seen)));
    Files.move(file, directory.resolve("moved"));
    assertFalse(Files.exists(seen));
    assertEquals("first", Files.readString(otherDirectory.resolve("moved")));
  }

  @Test
  void aReaderThatKeepsItsFileOpenSeesWhatAnotherNodeWrites() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "first");
    try (FileChannel reader = FileChannel.open(otherDirectory.resolve("file"))) {
      assertEquals("first", readAll(reader));
      try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
        writer.write(ByteBuffer.wrap("other".getBytes(StandardCharsets.UTF_8)));
      }
      assertEquals("other", readAll(reader));
    }
  }

  @Test
  void aFileThatIsOpenedAgainShowsWhatAnotherNodeWroteWithTheSameSizeAndTime() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "first");
    Path seen = otherDirectory.resolve("file");
    FileTime time = Files.getLastModifiedTime(file);
    assertEquals("first", Files.readString(seen));
    assertEquals("first", Files.readString(seen));
    Files.writeString(file, "other");
    Files.setLastModifiedTime(file, time);
    assertEquals("other", Files.readString(seen));
    assertEquals("other", Files.readString(file));
  }

  private static String readAll(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    int length = channel.read(buffer, 0);
    return new String(buffer.array(), 0, length, StandardCharsets.UTF_8);
  }

  private static List<String> listing(Path of) throws IOException {
    try (Stream<Path> entries = Files.list(of)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}
