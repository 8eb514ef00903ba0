package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.zip.CRC32;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large files and large directories. */
@OnEachFrontend
final class LargeIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  private static final int MEBIBYTE = 1 << 20;

  /** Of linux/limits.h: with the NUL at its end. */
  private static final int PATH_MAX = 4096;

  private final Node a = CLUSTER.node("a");
  private final Node b = CLUSTER.node("b");

  @Test
  void aHundredMegabytesWrittenOnOneNodeAreReadOnTheOther() throws IOException {
    Random random = new Random(1);
    CRC32 written = new CRC32();
    try (FileChannel file = FileChannel.open(a.path("large"), CREATE, WRITE)) {
      byte[] bytes = new byte[MEBIBYTE];
      for (int i = 0; i < 100; i++) {
        random.nextBytes(bytes);
        written.update(bytes);
        file.write(ByteBuffer.wrap(bytes));
      }
    }
    assertEquals(100L * MEBIBYTE, Files.size(b.path("large")));
    assertEquals(written.getValue(), checksum(b.path("large")));
    assertEquals(written.getValue(), checksum(a.path("large")));
  }

  @Test
  void aChangeInTheMiddleOfALargeFileLeavesTheRest() throws IOException {
    byte[] expected = new byte[20 * MEBIBYTE];
    new Random(2).nextBytes(expected);
    Files.write(a.path("middle"), expected);
    byte[] change = new byte[70_000];
    new Random(3).nextBytes(change);
    int offset = 7 * MEBIBYTE - 30_000;
    try (FileChannel file = FileChannel.open(b.path("middle"), WRITE)) {
      file.write(ByteBuffer.wrap(change), offset);
    }
    System.arraycopy(change, 0, expected, offset, change.length);
    CRC32 checksum = new CRC32();
    checksum.update(expected);
    assertEquals(checksum.getValue(), checksum(a.path("middle")));
    assertEquals(checksum.getValue(), checksum(b.path("middle")));
  }

  @Test
  void aHoleOfATebibyteTakesNoSpace() throws IOException {
    long size = 1L << 40;
    long middle = size / 2 + 12345;
    byte[] bytes = {1, 2, 3};
    long fd = must(Posix.open(a.file("sparse"), Posix.O_CREAT | Posix.O_RDWR, 0644));
    must(Posix.ftruncate(fd, size));
    must(Posix.pwrite(fd, bytes, middle));
    must(Posix.close(fd));
    assertEquals(size, Files.size(b.path("sparse")));
    try (FileChannel file = FileChannel.open(b.path("sparse"), READ)) {
      ByteBuffer read = ByteBuffer.allocate(5);
      assertEquals(5, file.read(read, middle - 1));
      assertEquals(ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 0}), read.flip());
      assertEquals(3, file.read(read.clear(), size - 3));
      assertEquals(ByteBuffer.wrap(new byte[3]), read.flip());
      assertEquals(-1, file.read(read.clear(), size));
    }
  }

  @Test
  void tenThousandFilesMadeOnOneNodeAreListedOnTheOther() throws Exception {
    int files = 10_000;
    Files.createDirectory(a.path("many"));
    List<Callable<Void>> makers = new ArrayList<>();
    for (int maker = 0; maker < 4; maker++) {
      int first = maker;
      makers.add(
          () -> {
            for (int i = first; i < files; i += 4) {
              must(Posix.mknod(a.file("many/file-" + i), FileStatus.REGULAR | 0644, 0, 0));
            }
            return null;
          });
    }
    try (Race race = new Race()) {
      race.run(makers);
    }
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < files; i++) {
      expected.add("file-" + i);
    }
    for (Node node : List.of(b, a)) {
      Set<String> names = new TreeSet<>();
      List<Posix.Entry> entries = new ArrayList<>();
      must(Posix.readDirectory(node.file("many"), entries));
      for (Posix.Entry entry : entries) {
        String name = entry.name().toUtf8();
        if (!name.startsWith(".")) {
          assertTrue(names.add(name), () -> name + " is told twice");
        }
      }
      assertEquals(expected, names);
    }
    must(Posix.unlink(b.file("many/file-5000")));
    assertTrue(Files.notExists(a.path("many/file-5000")));
  }

  @Test
  void aDirectoryThatChangesWhileItIsReadTellsEachOldNameOnce() throws IOException {
    int names = 1000;
    Files.createDirectory(a.path("changing"));
    for (int i = 0; i < names; i++) {
      must(Posix.mknod(a.file("changing/old-" + i), FileStatus.REGULAR | 0644, 0, 0));
    }
    Map<String, Integer> told = new HashMap<>();
    long fd = must(Posix.open(b.file("changing"), Posix.O_RDONLY));
    int round = 0;
    for (long more = 1; more > 0; round++) {
      List<Posix.Entry> entries = new ArrayList<>();
      more = must(Posix.readEntries(fd, entries, 1024));
      for (Posix.Entry entry : entries) {
        told.merge(entry.name().toUtf8(), 1, Integer::sum);
      }
      Node changer = round % 2 == 0 ? a : b;
      must(Posix.mknod(changer.file("changing/new-" + round), FileStatus.REGULAR | 0644, 0, 0));
      // Every tenth old name goes, some of them told already and some not yet.
      int victim = (round * 370) % names;
      long removed = Posix.unlink(changer.file("changing/old-" + victim / 10 * 10));
      assertTrue(removed <= 0);
    }
    must(Posix.close(fd));
    for (int i = 0; i < names; i++) {
      if (i % 10 != 0) {
        assertEquals(1, told.getOrDefault("old-" + i, 0), "old-" + i);
      }
    }
    told.forEach((name, times) -> assertEquals(1, times, name));
    assertTrue(round > 10, "the directory was read in " + round + " pieces");
  }

  @Test
  void aPathMayBeAsLongAsTheKernelTakesIt() throws IOException {
    FilePath directory = a.file("deep");
    must(Posix.mkdir(directory, 0755));
    Bytes step = Bytes.utf8("d".repeat(200));
    FilePath onB = b.file("deep");
    for (int depth = 0; depth < 19; depth++) {
      directory = directory.resolve(step);
      onB = onB.resolve(step);
      must(Posix.mkdir(directory, 0755));
    }
    String name = "f".repeat(PATH_MAX - directory.toC().length - 1);
    assertTrue(name.length() <= 255, "the mount has too short a path");
    must(Posix.mknod(onB.resolve(name), FileStatus.REGULAR | 0644, 0, 0));
    assertEquals(Posix.lstat(onB.resolve(name)), Posix.lstat(directory.resolve(name)));
    assertEquals(
        Posix.error(Errno.ENAMETOOLONG),
        Posix.mknod(directory.resolve(name + "f"), FileStatus.REGULAR | 0644, 0, 0));
    must(Posix.unlink(directory.resolve(name)));
    assertEquals(Posix.error(Errno.ENOENT), Posix.lstat(onB.resolve(name), new ArrayList<>()));
  }

  private static long checksum(Path path) throws IOException {
    CRC32 checksum = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocateDirect(MEBIBYTE);
    try (FileChannel file = FileChannel.open(path, READ)) {
      while (file.read(buffer.clear()) >= 0) {
        checksum.update(buffer.flip());
      }
    }
    return checksum.getValue();
  }
}
