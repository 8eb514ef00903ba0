package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Both nodes change the same things at once: nothing is lost, nothing happens by half. */
@OnEachFrontend
final class ConflictIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  private static final int ROUNDS = 40;
  private static final long EEXIST = Posix.error(Errno.EEXIST);
  private static final long ENOENT = Posix.error(Errno.ENOENT);
  private static final long ENOTEMPTY = Posix.error(Errno.ENOTEMPTY);
  private static final long EINVAL = Posix.error(Errno.EINVAL);

  private final Race race = new Race();
  private Path a;
  private Path b;

  @BeforeEach
  void makeADirectoryOfItsOwn(TestInfo test) throws IOException {
    String name = test.getTestMethod().orElseThrow().getName();
    a = Files.createDirectory(CLUSTER.node("a").path(name));
    b = CLUSTER.node("b").path(name);
  }

  @AfterEach
  void endTheRace() {
    race.close();
  }

  @Test
  void ofTwoExclusiveCreatesOneWins() throws Exception {
    int flags = Posix.O_CREAT | Posix.O_EXCL | Posix.O_WRONLY;
    for (int round = 0; round < ROUNDS; round++) {
      String name = "f" + round;
      oneWinsAndTheOtherGets(
          EEXIST,
          race.run(
              () -> closed(Posix.open(file(a, name), flags, 0644)),
              () -> closed(Posix.open(file(b, name), flags, 0644))));
    }
    assertEquals(ROUNDS, count(a));
    assertEquals(ROUNDS, count(b));
  }

  @Test
  void ofTwoMkdirsOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String name = "d" + round;
      oneWinsAndTheOtherGets(
          EEXIST,
          race.run(() -> Posix.mkdir(file(a, name), 0755), () -> Posix.mkdir(file(b, name), 0755)));
    }
    assertEquals(ROUNDS + 2, Posix.lstat(FilePath.of(a)).nlink());
  }

  @Test
  void ofTwoUnlinksOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Files.writeString(a.resolve("f"), "");
      oneWinsAndTheOtherGets(
          ENOENT, race.run(() -> Posix.unlink(file(a, "f")), () -> Posix.unlink(file(b, "f"))));
    }
  }

  @Test
  void ofTwoRenamesOfOneFileOneWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Files.writeString(a.resolve("f"), "f");
      List<Long> results =
          oneWinsAndTheOtherGets(
              ENOENT,
              race.run(
                  () -> Posix.rename(file(a, "f"), file(a, "from-a")),
                  () -> Posix.rename(file(b, "f"), file(b, "from-b"))));
      String winner = results.get(0) == 0 ? "from-a" : "from-b";
      assertEquals(Set.of(winner), names(a));
      assertEquals(Set.of(winner), names(b));
      Files.delete(b.resolve(winner));
    }
  }

  @Test
  void twoRenamesToOneNameLeaveOneOfTheFiles() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Files.writeString(a.resolve("fa"), "from a");
      Files.writeString(b.resolve("fb"), "from b");
      for (long result :
          race.run(
              () -> Posix.rename(file(a, "fa"), file(a, "f")),
              () -> Posix.rename(file(b, "fb"), file(b, "f")))) {
        assertEquals(0, result, () -> Posix.describe(result));
      }
      assertEquals(Set.of("f"), names(a));
      assertEquals(Files.readString(a.resolve("f")), Files.readString(b.resolve("f")));
      assertTrue(Files.readString(b.resolve("f")).startsWith("from "));
      assertEquals(1, Posix.lstat(file(a, "f")).nlink());
    }
  }

  @Test
  void aFileIsNotCreatedInADirectoryThatIsRemoved() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Files.createDirectory(a.resolve("d"));
      List<Long> results =
          race.run(
              () -> closed(Posix.open(file(a, "d/f"), Posix.O_CREAT | Posix.O_WRONLY, 0644)),
              () -> Posix.rmdir(file(b, "d")));
      if (results.get(0) == 0) {
        assertEquals(ENOTEMPTY, results.get(1), () -> describe(results));
        assertEquals(Set.of("f"), names(b.resolve("d")));
        Files.delete(a.resolve("d/f"));
        Files.delete(b.resolve("d"));
      } else {
        assertEquals(List.of(ENOENT, 0L), results, () -> describe(results));
      }
      assertFalse(Files.exists(a.resolve("d")));
    }
  }

  @Test
  void twoDirectoriesAreNotMovedIntoEachOther() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Files.createDirectories(a.resolve("x/x2"));
      Files.createDirectories(a.resolve("y/y2"));
      List<Long> results =
          race.run(
              () -> Posix.rename(file(a, "x"), file(a, "y/y2/x")),
              () -> Posix.rename(file(b, "y"), file(b, "x/x2/y")));
      assertEquals(1, results.stream().filter(r -> r == 0).count(), () -> describe(results));
      long loss = results.get(0) == 0 ? results.get(1) : results.get(0);
      assertTrue(loss == ENOENT || loss == EINVAL, () -> describe(results));
      assertEquals(4, reachable(a));
      assertEquals(4, reachable(b));
      removeTree(results.get(0) == 0 ? b.resolve("y") : a.resolve("x"));
    }
  }

  @Test
  void concurrentAppendsLoseNothing() throws Exception {
    Files.writeString(a.resolve("log"), "");
    List<Callable<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      Path log = (writer % 2 == 0 ? a : b).resolve("log");
      String prefix = "writer " + writer + " line ";
      writers.add(
          () -> {
            for (int line = 0; line < 50; line++) {
              Files.writeString(log, prefix + line + "\n", StandardOpenOption.APPEND);
            }
            return null;
          });
    }
    race.run(writers);
    everyLineIsThereOnce(a.resolve("log"), 4, 50);
    everyLineIsThereOnce(b.resolve("log"), 4, 50);
  }

  @Test
  void appendsThroughFilesThatStayOpenLoseNothing() throws Exception {
    Files.writeString(a.resolve("log"), "");
    List<Callable<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      Path log = (writer == 0 ? a : b).resolve("log");
      String prefix = "writer " + writer + " line ";
      writers.add(
          () -> {
            try (FileChannel file = FileChannel.open(log, StandardOpenOption.APPEND)) {
              for (int line = 0; line < 60; line++) {
                file.write(ByteBuffer.wrap((prefix + line + "\n").getBytes(UTF_8)));
                if (line % 3 == 0) {
                  file.force(true);
                }
              }
            }
            return null;
          });
    }
    race.run(writers);
    everyLineIsThereOnce(a.resolve("log"), 2, 60);
    everyLineIsThereOnce(b.resolve("log"), 2, 60);
  }

  @Test
  void writersOfDisjointRangesLoseNothing() throws Exception {
    int blocks = 64;
    int blockBytes = 40_000;
    Files.write(a.resolve("f"), new byte[blocks * blockBytes]);
    List<Callable<Void>> writers = new ArrayList<>();
    for (int writer = 0; writer < 2; writer++) {
      Path path = (writer == 0 ? a : b).resolve("f");
      int first = writer;
      writers.add(
          () -> {
            for (int block = first; block < blocks; block += 2) {
              try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(block(block, blockBytes)), (long) block * blockBytes);
              }
            }
            return null;
          });
    }
    race.run(writers);
    for (Path node : List.of(a, b)) {
      byte[] bytes = Files.readAllBytes(node.resolve("f"));
      for (int block = 0; block < blocks; block++) {
        byte[] got = Arrays.copyOfRange(bytes, block * blockBytes, (block + 1) * blockBytes);
        assertArrayEquals(block(block, blockBytes), got, "block " + block + " on " + node);
      }
    }
  }

  @Test
  void linksAreCountedRight() throws Exception {
    Files.writeString(a.resolve("f"), "");
    List<Callable<Void>> linkers = new ArrayList<>();
    for (Path node : List.of(a, b)) {
      String prefix = node.equals(a) ? "a" : "b";
      linkers.add(
          () -> {
            for (int i = 0; i < 30; i++) {
              must(Posix.link(file(node, "f"), file(node, prefix + i)));
              if (i % 3 == 0) {
                must(Posix.unlink(file(node, prefix + i)));
              }
            }
            return null;
          });
    }
    race.run(linkers);
    assertEquals(41, Posix.lstat(file(a, "f")).nlink());
    assertEquals(41, Posix.lstat(file(b, "f")).nlink());
    assertEquals(41, count(a));
  }

  @Test
  void subdirectoriesAreCountedRight() throws Exception {
    List<Callable<Void>> makers = new ArrayList<>();
    for (Path node : List.of(a, b)) {
      String prefix = node.equals(a) ? "a" : "b";
      makers.add(
          () -> {
            for (int i = 0; i < 30; i++) {
              must(Posix.mkdir(file(node, prefix + i), 0755));
              if (i % 3 == 0) {
                must(Posix.rmdir(file(node, prefix + i)));
              }
            }
            return null;
          });
    }
    race.run(makers);
    assertEquals(42, Posix.lstat(FilePath.of(a)).nlink());
    assertEquals(42, Posix.lstat(FilePath.of(b)).nlink());
    assertEquals(40, count(b));
  }

  @Test
  void changesOfDifferentAttributesOfOneFileAreAllKept() throws Exception {
    Files.writeString(a.resolve("f"), "");
    race.run(
        () -> {
          for (int mode = 0600; mode < 0700; mode++) {
            must(Posix.chmod(file(a, "f"), mode));
          }
          return null;
        },
        () -> {
          for (int line = 0; line < 60; line++) {
            Files.writeString(b.resolve("f"), "0123456789", StandardOpenOption.APPEND);
          }
          return null;
        });
    assertEquals(0677, Posix.lstat(file(b, "f")).permissions());
    assertEquals(600, Posix.lstat(file(a, "f")).size());
    assertEquals("0123456789".repeat(60), Files.readString(a.resolve("f")));
  }

  @Test
  void aCounterUnderALockOfBothNodesLosesNoStep() throws Exception {
    Files.writeString(a.resolve("counter"), "0");
    List<Callable<Void>> counters = new ArrayList<>();
    for (Path node : List.of(a, b)) {
      counters.add(
          () -> {
            for (int step = 0; step < 30; step++) {
              while (Posix.mkdir(file(node, "lock"), 0755) != 0) {
                Thread.onSpinWait();
              }
              int count = Integer.parseInt(Files.readString(node.resolve("counter")));
              Files.writeString(node.resolve("counter"), Integer.toString(count + 1));
              must(Posix.rmdir(file(node, "lock")));
            }
            return null;
          });
    }
    race.run(counters);
    assertEquals("60", Files.readString(a.resolve("counter")));
    assertEquals("60", Files.readString(b.resolve("counter")));
  }

  @Test
  void anObserverNeverSeesAnOlderStateNorHalfOfAChange() throws Exception {
    int last = 150;
    Files.writeString(a.resolve("replaced"), "001");
    Files.writeString(a.resolve("written"), "001");
    race.run(
        () -> {
          for (int state = 2; state <= last; state++) {
            // All as long: a reader needs two calls where a file grows, and may see a state with
            // each.
            String text = "%03d".formatted(state);
            Files.writeString(a.resolve("new"), text);
            must(Posix.rename(file(a, "new"), file(a, "replaced")));
            Files.writeString(a.resolve("written"), text, StandardOpenOption.WRITE);
          }
          return null;
        },
        () -> {
          int replaced = 0;
          int written = 0;
          while (written < last) {
            int seenWritten = Integer.parseInt(Files.readString(b.resolve("written")));
            int seenReplaced = Integer.parseInt(Files.readString(b.resolve("replaced")));
            assertTrue(seenWritten >= written, seenWritten + " after " + written);
            assertTrue(seenReplaced >= replaced, seenReplaced + " after " + replaced);
            assertTrue(seenReplaced >= seenWritten, seenReplaced + " with " + seenWritten);
            replaced = seenReplaced;
            written = seenWritten;
          }
          return null;
        });
  }

  private static List<Long> oneWinsAndTheOtherGets(long error, List<Long> results) {
    boolean firstWins = results.equals(List.of(0L, error));
    assertTrue(firstWins || results.equals(List.of(error, 0L)), () -> describe(results));
    return results;
  }

  private static String describe(List<Long> results) {
    return results.stream().map(Posix::describe).toList().toString();
  }

  private static void everyLineIsThereOnce(Path log, int writers, int lines) throws IOException {
    Set<String> expected = new HashSet<>();
    for (int writer = 0; writer < writers; writer++) {
      for (int line = 0; line < lines; line++) {
        expected.add("writer " + writer + " line " + line);
      }
    }
    List<String> found = Files.readAllLines(log);
    assertEquals(expected, new HashSet<>(found));
    assertEquals(expected.size(), found.size());
  }

  private static byte[] block(int number, int bytes) {
    byte[] block = new byte[bytes];
    Arrays.fill(block, (byte) (number + 1));
    return block;
  }

  /** Closes what a call has opened; 0, or its error. */
  private static long closed(long fd) {
    return fd < 0 ? fd : Posix.close(fd);
  }

  private static FilePath file(Path directory, String name) {
    return FilePath.of(directory.resolve(name));
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> entries = Files.list(directory)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }

  private static int count(Path directory) throws IOException {
    return names(directory).size();
  }

  /** How many files and directories are below {@code directory}. */
  private static long reachable(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.count() - 1;
    }
  }

  private static void removeTree(Path directory) throws IOException {
    List<Path> tree;
    try (Stream<Path> walk = Files.walk(directory)) {
      tree = new ArrayList<>(walk.toList());
    }
    for (int i = tree.size() - 1; i >= 0; i--) {
      Files.delete(tree.get(i));
    }
  }
}
