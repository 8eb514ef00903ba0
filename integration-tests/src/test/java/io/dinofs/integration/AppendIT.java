package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes on two nodes append lines to one log: none is lost, none is torn, and each process's
 * lines are in the order in which it wrote them.
 *
 * <p>{@code -Ddinofs.lines=10000} makes each of them append so many.
 */
@OnEachFrontend
class AppendIT {
  private static final int LINES = Integer.getInteger("dinofs.lines", 300);
  private static final int LINES_PER_OPEN = 100;
  private static final int PROCESSES_PER_NODE = 4;

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
