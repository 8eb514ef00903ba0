package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;

/**
 * What holds between two nodes whatever the volume is kept in: the heart of the tests of the usual
 * engines, for each of the others. A subclass has the cluster, with the nodes a and b.
 */
abstract class TwoNodes implements BelowTheFrontend {
  private static final int WRITERS = 4;
  private static final int LINES = 25;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int LOCK_UN = 8;

  abstract Cluster cluster();

  final Path onA(String path) {
    return cluster().node("a").path(path);
  }

  final Path onB(String path) {
    return cluster().node("b").path(path);
  }

  @Test
  final void whatOneNodeHasChangedTheOtherSeesWithItsNextCall() throws IOException {
    Files.createDirectories(onA("seen/sub"));
    assertFalse(Files.exists(onB("seen/sub/f")));
    Files.writeString(onA("seen/sub/f"), "from a");
    assertEquals("from a", Files.readString(onB("seen/sub/f")));
    Files.writeString(onB("seen/sub/f"), " and b", APPEND);
    assertEquals("from a and b", Files.readString(onA("seen/sub/f")));
    must(Posix.chmod(FilePath.of(onA("seen/sub/f")), 0751));
    assertEquals(0751, Posix.lstat(FilePath.of(onB("seen/sub/f"))).permissions());
    Files.move(onB("seen/sub/f"), onB("seen/g"));
    assertEquals(Set.of("sub", "g"), names(onA("seen")));
    assertEquals("from a and b", Files.readString(onA("seen/g")));
    Files.delete(onA("seen/g"));
    Files.delete(onB("seen/sub"));
    assertEquals(Set.of(), names(onB("seen")));
  }

  @Test
  final void contentsOfAllSizesArriveOnTheOtherNode() throws IOException {
    Random random = new Random(11);
    for (int bytes : new int[] {0, 1, 4096, 4097, 1 << 20, 5_000_001}) {
      byte[] contents = new byte[bytes];
      random.nextBytes(contents);
      Files.write(onA("size-" + bytes), contents);
      assertArrayEquals(contents, Files.readAllBytes(onB("size-" + bytes)), bytes + " bytes");
    }
  }

  @Test
  final void linesThatBothNodesAppendAreAllThereAndWhole() throws Exception {
    Files.createFile(onA("log"));
    List<Callable<Void>> writers = new ArrayList<>();
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < WRITERS; i++) {
      Path log = i % 2 == 0 ? onA("log") : onB("log");
      List<String> lines = linesOf(i);
      expected.addAll(lines);
      writers.add(
          () -> {
            for (String line : lines) {
              Files.writeString(log, line + "\n", APPEND);
            }
            return null;
          });
    }
    try (Race race = new Race()) {
      race.run(writers);
    }
    for (Path log : List.of(onA("log"), onB("log"))) {
      List<String> lines = Files.readAllLines(log);
      assertEquals(WRITERS * LINES, lines.size());
      assertEquals(expected, new HashSet<>(lines));
    }
  }

  private static List<String> linesOf(int writer) {
    return IntStream.range(0, LINES).mapToObj(i -> writer + ": a line with number " + i).toList();
  }

  @Test
  final void aLockOfOneNodeExcludesTheOther() throws IOException {
    Files.createFile(onA("locked"));
    long here = must(Posix.open(FilePath.of(onA("locked")), Posix.O_RDWR));
    long there = must(Posix.open(FilePath.of(onB("locked")), Posix.O_RDWR));
    must(Posix.flock(here, LOCK_EX));
    assertEquals(Posix.error(Errno.EAGAIN), Posix.flock(there, LOCK_EX | LOCK_NB));
    must(Posix.flock(here, LOCK_UN)); // a close tells of itself later
    must(Posix.flock(there, LOCK_EX | LOCK_NB));
    must(Posix.close(here));
    must(Posix.close(there));
  }

  @Test
  final void whatWasSyncedIsThereAfterAllServersWereKilled() throws Exception {
    byte[] contents = "synced".repeat(10_000).getBytes(UTF_8);
    Files.createFile(onA("synced"));
    try (FileChannel file = FileChannel.open(onA("synced"), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(contents));
      file.force(true);
    }
    restartServers();
    assertArrayEquals(contents, Files.readAllBytes(onB("synced")));
    Files.writeString(onB("after"), "both go on");
    assertEquals("both go on", Files.readString(onA("after")));
  }

  /** Kills the servers that the cluster has, and starts them again. */
  void restartServers() throws Exception {
    for (Server server : List.of(cluster().metadataServer(), cluster().blobServer())) {
      server.program().kill();
      server.start(server == cluster().metadataServer() ? cluster().serverOptions() : NONE);
    }
  }

  private static final String[] NONE = {};

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
