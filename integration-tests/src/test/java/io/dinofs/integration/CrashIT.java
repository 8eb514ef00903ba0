package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything is killed with kill -9 at random moments while files are written and synced; what was
 * synced is there afterwards, byte for byte, read through the old cache and through an empty one.
 *
 * <p>{@code -Ddinofs.kills=100} kills that often; scripts/crash-test does.
 */
@OnEachFrontend
class CrashIT implements BelowTheFrontend {
  private static final int KILLS = Integer.getInteger("dinofs.kills", 4);

  /** A mount takes longer than what is done between two kills. */
  private static final int KILLS_PER_EMPTY_CACHE = 10;

  private static final int WRITERS = 3;
  private static final int LONGEST_RUN_MILLIS = 1_500;

  /** Short, so that commits do not wait long for a client that was killed. */
  private static final String[] LEASE = {"--lease", "1"};

  /** What is killed. */
  private enum Victim {
    CLIENT,
    BLOB_SERVER,
    METADATA_SERVER
  }

  private static final List<Set<Victim>> VICTIMS =
      List.of(
          EnumSet.allOf(Victim.class),
          EnumSet.of(Victim.CLIENT),
          EnumSet.of(Victim.BLOB_SERVER),
          EnumSet.of(Victim.METADATA_SERVER),
          EnumSet.of(Victim.BLOB_SERVER, Victim.METADATA_SERVER),
          EnumSet.of(Victim.CLIENT, Victim.BLOB_SERVER),
          EnumSet.of(Victim.CLIENT, Victim.METADATA_SERVER));

  @RegisterExtension private static final Cluster CLUSTER = new Cluster();

  private final long seed = Long.getLong("dinofs.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<SyncedFiles> all = new ArrayList<>();
  private final Node node = CLUSTER.node("crashing");
  private int killsWhileWriting;

  @Test
  @Timeout(value = 5, unit = TimeUnit.HOURS) // a hundred kills on a busy machine
  void whatWasSyncedSurvivesEveryKill() throws Exception {
    System.out.println("CrashIT: -Ddinofs.seed=" + seed + " -Ddinofs.kills=" + KILLS);
    CLUSTER.metadataServer().program().terminate();
    CLUSTER.metadataServer().start(LEASE);
    node.start();
    for (int kill = 0; kill < KILLS; kill++) {
      Set<Victim> victims = VICTIMS.get(kill % VICTIMS.size());
      SyncedFiles files = writeUntilKilled(kill, victims);
      all.add(files);
      compare(List.of(files), node.mount(), "the old cache, kill " + kill + " of " + victims);
      if ((kill + 1) % KILLS_PER_EMPTY_CACHE == 0 || kill == KILLS - 1) {
        compareThroughAnEmptyCache(all, "kill " + kill + " of " + victims);
      }
    }
    int files = all.stream().mapToInt(SyncedFiles::size).sum();
    System.out.println("CrashIT: " + files + " files, all there");
    assertTrue(
        2 * killsWhileWriting > KILLS,
        () ->
            "only " + killsWhileWriting + " of " + KILLS + " kills came while files were written");
  }

  private SyncedFiles writeUntilKilled(int kill, Set<Victim> victims) throws Exception {
    List<Path> directories = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      directories.add(Files.createDirectory(node.path("kill-" + kill + "-writer-" + i)));
    }
    try (SyncedFiles files = new SyncedFiles(node.mount(), directories, random.nextLong())) {
      await("the first file").atMost(Program.PATIENCE).until(() -> files.size() > 0);
      pause(random.nextInt(LONGEST_RUN_MILLIS));
      killsWhileWriting += files.isWriting() ? 1 : 0;
      kill(victims);
      restart(victims);
      files.finish();
      return files;
    }
  }

  /** The moment of the kill is chosen at random, so something has to tell when it has come. */
  private static void pause(int millis) throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
  }

  private void kill(Set<Victim> victims) throws Exception {
    List<Victim> order = new ArrayList<>(victims);
    Collections.shuffle(order, random);
    for (Victim victim : order) {
      switch (victim) {
        case CLIENT -> node.program().kill();
        case BLOB_SERVER -> CLUSTER.blobServer().program().kill();
        case METADATA_SERVER -> CLUSTER.metadataServer().program().kill();
      }
    }
  }

  private void restart(Set<Victim> victims) throws Exception {
    if (victims.contains(Victim.METADATA_SERVER)) {
      CLUSTER.metadataServer().start(LEASE);
    }
    if (victims.contains(Victim.BLOB_SERVER)) {
      CLUSTER.blobServer().start();
    }
    if (victims.contains(Victim.CLIENT)) {
      node.start();
    }
  }

  private void compareThroughAnEmptyCache(List<SyncedFiles> files, String when) throws Exception {
    try (Node empty = CLUSTER.freshNode()) {
      empty.start();
      compare(files, empty.mount(), "an empty cache, " + when);
      assertEquals(0, empty.unmount());
    }
  }

  private void compare(List<SyncedFiles> files, Path mount, String how) {
    for (SyncedFiles each : files) {
      Optional<String> difference = each.difference(mount);
      assertEquals(
          Optional.empty(), difference, () -> "through " + how + ", -Ddinofs.seed=" + seed);
    }
  }
}
