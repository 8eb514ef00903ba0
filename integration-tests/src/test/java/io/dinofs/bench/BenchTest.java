package io.dinofs.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchTest {
  @Test
  void measuresADirectoryAgainstAnotherAndLeavesNothingBehind(@TempDir Path dir)
      throws IOException {
    StringWriter out = new StringWriter();
    int exitCode =
        run(
            out,
            dir.toString(),
            dir.toString(),
            "--against=" + dir,
            "--files=10",
            "--size=1",
            "--seed=7",
            "--listed=20",
            "--huge-directory=50",
            "--json");

    assertEquals(0, exitCode);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertEquals(7, report.get("seed").asLong());
    assertEquals(2, report.get("directories").size());
    for (JsonNode change : report.get("propagation")) {
      assertEquals(0, change.get("neverSeen").asInt(), change::toString);
    }
    assertEquals(2, report.get("firstListing").size());
    assertArrayEquals(new String[0], dir.toFile().list());
  }

  @Test
  void theTableEndsWithRatiosToTheOtherDirectories(@TempDir Path dir) {
    StringWriter out = new StringWriter();
    int exitCode = run(out, dir.toString(), "--against=" + dir, "--files=10", "--size=1");

    assertEquals(0, exitCode);
    String[] chmod =
        out.toString()
            .lines()
            .filter(line -> line.startsWith("chmod"))
            .findFirst()
            .orElseThrow()
            .split(" +", -1);
    double ratio = Double.parseDouble(chmod[1]) / Double.parseDouble(chmod[2]);
    assertEquals("/s", chmod[3]);
    assertEquals(ratio, Double.parseDouble(chmod[4]), ratio / 50);
  }

  @Test
  void saysThatAMissingDirectoryIsWrongUsage(@TempDir Path dir) {
    assertEquals(2, run(new StringWriter(), dir.resolve("missing").toString()));
  }

  @Test
  void percentilesAreNearestRanks() {
    Percentiles percentiles = Percentiles.of(4, 1, 3, 2);

    assertEquals(2, percentiles.at(50));
    assertEquals(4, percentiles.at(99));
    assertEquals(Double.NaN, Percentiles.of().at(50));
  }

  private static int run(StringWriter out, String... args) {
    CommandLine commandLine = Bench.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(new StringWriter()));
    return commandLine.execute(args);
  }
}
