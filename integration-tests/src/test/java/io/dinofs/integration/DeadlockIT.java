package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static org.awaitility.Awaitility.await;

import io.dinofs.model.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Threads on both nodes create, rename and remove in the same directories and write and read large
 * files, so that each node's kernel holds locks while it waits for the other's: none waits for
 * ever.
 *
 * <p>{@code -Ddinofs.seconds=60 -Ddinofs.limitMillis=1000} is the long form, in which no system
 * call may take longer than a second once the programs have run for a while; the limit of the short
 * one only tells a deadlock from a slow machine. {@code -Ddinofs.seed=N} draws the same operations
 * again.
 */
@OnEachFrontend
final class DeadlockIT {
  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  private static final int NAMESPACE_THREADS = 3;

  /** For a deadlock; and for programs that have just been started. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final List<String> NODES = List.of("a", "b");

  private final long seed = Long.getLong("dinofs.seed", System.nanoTime());
  private final Duration duration = Duration.ofSeconds(Long.getLong("dinofs.seconds", 8));
  private final Duration limit =
      Duration.ofMillis(Long.getLong("dinofs.limitMillis", PATIENCE.toMillis()));

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void noSystemCallWaitsForEver() throws Exception {
    System.out.println(
        "deadlock: -Ddinofs.seed=" + seed + " -Ddinofs.seconds=" + duration.toSeconds());
    Path top = Files.createDirectory(CLUSTER.node("a").path("busy"));
    for (Bytes directory : SharedNames.directories()) {
      must(Posix.mkdir(FilePath.of(top).resolve(directory), 0755));
    }
    if (limit.compareTo(PATIENCE) < 0) {
      stress(WARM_UP, PATIENCE);
    }
    stress(duration, limit);
  }

  private void stress(Duration time, Duration longestCall) throws Exception {
    try (TimedThreads threads = new TimedThreads(longestCall)) {
      start(threads);
      long end = System.nanoTime() + time.toNanos();
      await("the end of the stress")
          .atMost(time.plus(longestCall))
          .pollInterval(Duration.ofMillis(50))
          .failFast(threads::check)
          .until(() -> System.nanoTime() - end > 0);
      threads.stop();
      TimedCalls.Finished longest = threads.longest();
      System.out.printf(
          "deadlock: %d system calls, the longest %d ms: %s%n",
          threads.count(), longest.took().toMillis(), longest.what());
    }
  }

  private void start(TimedThreads threads) {
    for (int node = 0; node < NODES.size(); node++) {
      String name = NODES.get(node);
      String other = NODES.get(1 - node);
      FilePath root = CLUSTER.node(name).file("busy");
      for (int i = 0; i < NAMESPACE_THREADS; i++) {
        BusyNode names = new BusyNode(root, seed + 10L * node + i);
        threads.repeat(name + "/names-" + i, names::changeNames);
      }
      BusyNode writer = new BusyNode(root, ~seed + node);
      threads.repeat(name + "/writer", calls -> writer.write(calls, "large-" + name));
      BusyNode reader = new BusyNode(root, seed);
      threads.repeat(name + "/reader", calls -> reader.read(calls, "large-" + other));
    }
  }
}
