package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** The same few names, changed and looked at on two nodes of a cluster. */
final class Coherence {
  static final List<String> NODES = List.of("a", "b");

  /** For what is done up to a pause; not waited for when all is well. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final int CHANGERS = 4;
  private static final int READERS = 4;
  private static final int CHANGES_TO_A_PAUSE = 3000;

  private final long seed = Long.getLong("dinofs.seed", System.nanoTime());
  private final Cluster cluster;
  private final int changes;
  private final PathHistory history = new PathHistory();

  /**
   * @param cluster has the nodes {@link #NODES}
   */
  Coherence(Cluster cluster, int changes) {
    this.cluster = cluster;
    this.changes = changes;
  }

  /** Changes so much, and compares at each pause. */
  void run() throws Exception {
    System.out.println("coherence: -Ddinofs.seed=" + seed + " -Ddinofs.changes=" + changes);
    Path top = Files.createDirectory(cluster.node("a").path("shared"));
    for (Bytes directory : SharedNames.directories()) {
      must(Posix.mkdir(FilePath.of(top).resolve(directory), 0755));
    }
    List<RandomChanges> changers = new ArrayList<>();
    for (int i = 0; i < CHANGERS; i++) {
      String node = NODES.get(i % NODES.size());
      changers.add(new RandomChanges(node + "/" + i, root(node), seed + i, history));
    }
    int pauses = Math.max(1, changes / CHANGES_TO_A_PAUSE);
    try (HotReaders readers = new HotReaders(seed)) {
      for (int i = 0; i < READERS; i++) {
        readers.start(root(NODES.get(i % NODES.size())));
      }
      for (int pause = 1; pause <= pauses; pause++) {
        change(changers, changes / pauses / CHANGERS);
        readers.check();
        compare(pause);
      }
    }
  }

  private static void change(List<RandomChanges> changers, int each) throws Exception {
    List<Callable<Void>> runs = new ArrayList<>();
    for (RandomChanges changer : changers) {
      runs.add(
          () -> {
            for (int i = 0; i < each; i++) {
              changer.next();
            }
            return null;
          });
    }
    try (Race race = new Race(PATIENCE)) {
      race.run(runs);
    }
  }

  /** The readers go on meanwhile. */
  private void compare(int pause) throws IOException, InterruptedException {
    String freshName = "fresh-" + pause;
    Node fresh = cluster.node(freshName);
    fresh.start();
    VisibleTree truth = VisibleTree.of(root(freshName));
    for (String node : NODES) {
      VisibleTree shown = VisibleTree.of(root(node));
      truth
          .paths()
          .forEach(
              (path, expected) ->
                  assertEquals(expected, shown.paths().get(path), () -> explain(path, node)));
    }
    assertEquals(0, fresh.unmount());
  }

  private String explain(Bytes path, String node) {
    return "%s at the server and on %s; seed %d; done there last:%n%s%n"
        .formatted(FilePath.printable(path), node, seed, history.of(path));
  }

  private FilePath root(String node) {
    return cluster.node(node).file("shared");
  }
}
