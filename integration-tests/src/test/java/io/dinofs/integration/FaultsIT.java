package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.config.HostAndPort;
import io.dinofs.wire.FaultyLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connections to both servers are cut, also in the middle of messages, delayed, and become
 * half-open, while programs work on two nodes. After each fault, what was promised to them is there
 * on both nodes and at the server, and nobody has seen an error.
 *
 * <p>{@code -Ddinofs.faults=200} is the long form, {@code -Ddinofs.seed=N} draws the same faults
 * again.
 */
@OnEachFrontend
final class FaultsIT implements BelowTheFrontend {
  @RegisterExtension static final Cluster CLUSTER = new Cluster().withServerOptions("--lease", "2");

  private static final Pattern AWAY = Pattern.compile("metadata server \\S+ is away");
  private static final int WORKERS_PER_NODE = 2;
  private static final int CUTS = 2;
  private static final int MAX_BYTES_TO_A_CUT = 60_000;
  private static final long DELAY_MILLIS = 20;

  /** Connections that are kept for later, and what a JVM opens when it likes. */
  private static final int DESCRIPTORS_TO_SPARE = 32;

  private final long seed = Long.getLong("dinofs.seed", System.nanoTime());
  private final int faults = Integer.getInteger("dinofs.faults", Fault.values().length);
  private final Random random = new Random(seed);
  private final List<KeptPromises> workers = new ArrayList<>();
  private final Map<Node, FaultyLink> toMetadata = new HashMap<>();
  private final Map<Node, FaultyLink> toBlobs = new HashMap<>();

  private enum Fault {
    METADATA_CUT,
    METADATA_DELAYED,
    METADATA_SWALLOWED,
    BLOBS_CUT,
    BLOBS_DELAYED,
    BLOBS_SWALLOWED
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void noFaultOfAConnectionLosesWhatWasPromised() throws Exception {
    System.out.println("faults: -Ddinofs.seed=" + seed + " -Ddinofs.faults=" + faults);
    List<Node> nodes = List.of(beginStart("a"), beginStart("b"));
    nodes.forEach(Node::awaitReady);
    Files.createDirectory(nodes.get(0).path(KeptPromises.DIRECTORY));
    Files.createFile(nodes.get(0).path(KeptPromises.LINES));
    for (Node node : nodes) {
      for (int i = 0; i < WORKERS_PER_NODE; i++) {
        String name = (node == nodes.get(0) ? "a" : "b") + i;
        workers.add(new KeptPromises(node, name, random.nextLong()));
      }
    }
    List<Long> descriptors = new ArrayList<>();
    for (Fault fault : drawn()) {
      Node victim = nodes.get(random.nextInt(nodes.size()));
      workers.forEach(KeptPromises::start);
      workers.forEach(KeptPromises::awaitProgress);
      happen(fault, victim);
      workers.forEach(KeptPromises::awaitProgress);
      workers.forEach(KeptPromises::beginStop);
      for (KeptPromises worker : workers) {
        worker.stop();
      }
      verify(nodes, "after " + fault + ", seed " + seed);
      descriptors.add(descriptors(nodes.get(0)));
    }
    Node fresh = CLUSTER.node("fresh");
    fresh.start();
    verify(List.of(fresh), "at the server, seed " + seed);
    await("descriptors are closed, at first " + descriptors)
        .atMost(Program.PATIENCE)
        .until(() -> descriptors(nodes.get(0)) <= descriptors.get(0) + DESCRIPTORS_TO_SPARE);
    for (Node node : nodes) {
      assertEquals(0, node.unmount());
    }
    for (Node node : nodes) {
      toMetadata.get(node).close();
      toBlobs.get(node).close();
    }
  }

  private List<Fault> drawn() {
    List<Fault> drawn = new ArrayList<>();
    while (drawn.size() < faults) {
      List<Fault> all = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(all, random);
      drawn.addAll(all);
    }
    return drawn.subList(0, faults);
  }

  private Node beginStart(String name) throws IOException {
    Node node = CLUSTER.node(name);
    FaultyLink metadata = linkTo(CLUSTER.metadataServer());
    FaultyLink blobs = linkTo(CLUSTER.blobServer());
    toMetadata.put(node, metadata);
    toBlobs.put(node, blobs);
    node.reachServersThrough(metadata.address(), blobs.address());
    node.beginStart();
    return node;
  }

  private static FaultyLink linkTo(Server server) throws IOException {
    return new FaultyLink(HostAndPort.parse(server.address()).port());
  }

  private void happen(Fault fault, Node victim) throws IOException {
    FaultyLink metadata = toMetadata.get(victim);
    FaultyLink blobs = toBlobs.get(victim);
    switch (fault) {
      case METADATA_CUT -> cut(metadata);
      case METADATA_DELAYED -> delay(metadata);
      case METADATA_SWALLOWED -> {
        // A dead connection is noticed by itself, and said to be so.
        int before = metadata.accepted();
        metadata.swallow();
        await("another connection")
            .atMost(Program.PATIENCE)
            .until(() -> metadata.accepted() > before);
        victim.program().awaitPrinted(AWAY);
        metadata.heal();
      }
      case BLOBS_CUT -> cut(blobs);
      case BLOBS_DELAYED -> delay(blobs);
      case BLOBS_SWALLOWED -> {
        blobs.swallow();
        await("something to be lost").atMost(Program.PATIENCE).until(() -> blobs.swallowed() > 0);
        blobs.heal();
      }
    }
  }

  private void cut(FaultyLink link) {
    for (int i = 0; i < CUTS; i++) {
      link.cutAfter(random.nextInt(MAX_BYTES_TO_A_CUT));
      workers.forEach(KeptPromises::awaitProgress);
    }
    link.cut();
  }

  private void delay(FaultyLink link) {
    link.delay(DELAY_MILLIS);
    workers.forEach(KeptPromises::awaitProgress);
    link.heal();
  }

  private void verify(List<Node> nodes, String hint) throws IOException {
    for (KeptPromises worker : workers) {
      assertEquals(List.of(), worker.failures(), hint);
      for (Node node : nodes) {
        worker.verify(node, hint);
      }
    }
  }

  private static long descriptors(Node node) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + node.program().pid() + "/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
