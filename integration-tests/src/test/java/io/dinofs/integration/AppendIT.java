package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes on two nodes append lines to one log: none is lost, none is torn, and each process's
 * lines are in the order in which it wrote them. Records that are appended through descriptors that
 * can also read stay whole too.
 *
 * <p>{@code -Ddinofs.lines=10000} makes each of them append so many.
 */
@OnEachFrontend
class AppendIT {
  private static final int LINES = Integer.getInteger("dinofs.lines", 300);
  private static final int LINES_PER_OPEN = 100;
  private static final int PROCESSES_PER_NODE = 4;
  private static final int WRITERS = 8;
  private static final int READ_AND_APPEND = Posix.O_RDWR | Posix.O_APPEND;
  private static final int RECORDS = 100;
  private static final int RECORD_BYTES = 3001;

  /** Each echo is one write(2); opening the log again closes the one before. */
  private static final String WRITER =
      """
      log=$1 name=$2 lines=$3 per_open=$4 line=0
      while [ $line -lt $lines ]; do
        exec >>"$log"
        end=$((line + per_open))
        while [ $line -lt $end ] && [ $line -lt $lines ]; do
          echo "$name wrote line $line, which nobody may tear"
          line=$((line + 1))
        done
      done
      """;

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("a", "b");

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS) // with many lines on a busy machine
  void linesThatProcessesOfTwoNodesAppendAreAllThereAndWhole() throws Exception {
    Files.createFile(CLUSTER.node("a").path("log"));
    List<String> names = new ArrayList<>();
    List<Process> writers = new ArrayList<>();
    for (String node : List.of("a", "b")) {
      for (int i = 0; i < PROCESSES_PER_NODE; i++) {
        names.add(node + i);
        writers.add(startWriter(CLUSTER.node(node).path("log"), node + i));
      }
    }
    for (Process writer : writers) {
      assertEquals(0, writer.waitFor(), "a writer failed; what it said is above");
    }
    for (String node : List.of("a", "b")) {
      List<String> log =
          Files.readAllLines(CLUSTER.node(node).path("log"), StandardCharsets.US_ASCII);
      assertEquals(LINES * names.size(), log.size(), "lines on node " + node);
      for (String name : names) {
        List<String> own = log.stream().filter(line -> line.startsWith(name + " ")).toList();
        assertEquals(IntStream.range(0, LINES).mapToObj(i -> line(name, i)).toList(), own);
      }
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whatIsAppendedThroughDescriptorsThatReadTooIsWhole() throws Exception {
    Files.createFile(CLUSTER.node("a").path("records"));
    List<Callable<Void>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      FilePath file = CLUSTER.node(i % 2 == 0 ? "a" : "b").file("records");
      byte tag = (byte) ('A' + i);
      writers.add(() -> appendRecords(file, tag));
    }
    try (Race race = new Race(Duration.ofHours(2))) {
      race.run(writers);
    }
    for (String node : List.of("a", "b")) {
      byte[] read = Files.readAllBytes(CLUSTER.node(node).path("records"));
      assertEquals(WRITERS * RECORDS * RECORD_BYTES, read.length, "bytes on node " + node);
      for (int at = 0; at < read.length; at += RECORD_BYTES) {
        byte[] whole = new byte[RECORD_BYTES];
        Arrays.fill(whole, read[at]);
        assertArrayEquals(whole, Arrays.copyOfRange(read, at, at + RECORD_BYTES), "at " + at);
      }
    }
  }

  /** Records of which each is one byte all over, and most cross the end of a page. */
  private static Void appendRecords(FilePath file, byte tag) throws IOException {
    byte[] bytes = new byte[RECORD_BYTES];
    Arrays.fill(bytes, tag);
    for (int i = 0; i < RECORDS; i++) {
      long fd = Posix.must(Posix.open(file, READ_AND_APPEND));
      assertEquals(RECORD_BYTES, Posix.must(Posix.write(fd, bytes)));
      Posix.must(Posix.close(fd)); // commits it, while others are in the middle of a write
    }
    return null;
  }

  private static String line(String name, int number) {
    return name + " wrote line " + number + ", which nobody may tear";
  }

  private static Process startWriter(Path log, String name) throws IOException {
    return new ProcessBuilder(
            "sh", "-c", WRITER, "writer", log.toString(), name, "" + LINES, "" + LINES_PER_OPEN)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
