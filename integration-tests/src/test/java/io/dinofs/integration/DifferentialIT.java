package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two mounts together behave like one plain directory, whichever of them does an operation, and
 * with no pause in between.
 *
 * <p>{@code -Ddinofs.seed=N} repeats a run, {@code -Ddinofs.operations=N} says how long it is. As
 * root more is tested: other owners, and what they may not do.
 */
@OnEachFrontend
final class DifferentialIT {
  /**
   * A run that reaches the limits in the README, such as an open fifo that the other node removes,
   * fails for a known reason; this one does not. Other seeds explore.
   */
  private static final long KNOWN_SEED = 12;

  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  /** Links to ".." and names like "x/../.." lead no further up than this. */
  private static final int DEPTH = 12;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void everyOperationHasTheResultThatItHasOnAPlainDirectory() throws IOException {
    long seed = Long.getLong("dinofs.seed", KNOWN_SEED);
    // libfuse 2 has the kernel ask for everything, so one of its operations takes as long as three
    // others.
    int usual = CLUSTER.frontend() == Frontend.JNR ? 1500 : 4000;
    int operations = Integer.getInteger("dinofs.operations", usual);
    System.out.println("differential test: seed " + seed + ", " + operations + " operations");
    Path plain = Files.createDirectory(CLUSTER.directory().resolve("plain"));
    Differential differential =
        new Differential(
            seed,
            new Side("a", root(CLUSTER.node("a").mount(), true), true),
            new Side("b", root(CLUSTER.node("b").mount(), false), true),
            new Side("plain", root(plain, true), false),
            timesAreFine(plain));
    differential.run(operations);
  }

  private static FilePath root(Path top, boolean make) throws IOException {
    Path root = top;
    for (int level = 0; level < DEPTH; level++) {
      root = root.resolve("root");
      if (make) {
        must(Posix.mkdir(FilePath.of(root), 0755));
      }
    }
    if (make) {
      must(Posix.chmod(FilePath.of(root), 0777));
    }
    return FilePath.of(root);
  }

  private static boolean timesAreFine(Path directory) throws IOException {
    Path file = directory.resolve("times");
    long last = 0;
    for (int round = 0; round < 5; round++) {
      Files.writeString(file, "x");
      long time = Posix.lstat(FilePath.of(file)).mtimeNanos();
      if (time == last) {
        return false;
      }
      last = time;
    }
    return true;
  }
}
