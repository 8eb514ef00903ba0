package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
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
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Programs end, crash and stand still at any moment; what was promised holds. */
@OnEachFrontend
final class RestartIT implements BelowTheFrontend {
  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  private final Node a = CLUSTER.node("a");
  private final Node b = CLUSTER.node("b");

  @BeforeEach
  void startWhatAnotherTestHasEnded() throws IOException {
    for (Server server : List.of(CLUSTER.metadataServer(), CLUSTER.blobServer())) {
      if (!server.program().isAlive()) {
        server.start();
      }
    }
    for (Node node : List.of(a, b)) {
      if (node.program() == null || !node.program().isAlive()) {
        node.start();
      }
    }
  }

  @Test
  void aRestartOfTheMetadataServerIsNotNoticedByThoseWhoWork() throws Exception {
    workWhileItRestarts(CLUSTER.metadataServer(), "metadata", 100);
  }

  @Test
  void aRestartOfTheBlobServerIsNotNoticedByThoseWhoWork() throws Exception {
    workWhileItRestarts(CLUSTER.blobServer(), "blobs", 100_000);
  }

  private void workWhileItRestarts(Server server, String name, int bytes) throws Exception {
    try (Load load = new Load(name, bytes)) {
      load.awaitProgress();
      server.program().terminate();
      server.start();
      load.awaitProgress();
      server.program().kill();
      server.start();
      load.awaitProgress();
      load.stop();
      load.verify();
    }
  }

  @Test
  void whatWasClosedBeforeACrashReachesTheOtherNodeAfterTheNextStart() throws Exception {
    Files.createDirectory(a.path("pending"));
    CLUSTER.blobServer().program().terminate();
    for (int i = 0; i < 20; i++) {
      Files.write(a.path("pending/" + i), contents(i, 50_000));
    }
    Files.write(a.path("pending/large"), contents(99, 5_000_000));
    a.kill();
    CLUSTER.blobServer().start();
    a.start();
    for (int i = 0; i < 20; i++) {
      assertArrayEquals(contents(i, 50_000), Files.readAllBytes(b.path("pending/" + i)));
    }
    assertArrayEquals(contents(99, 5_000_000), Files.readAllBytes(b.path("pending/large")));
  }

  @Test
  void whatWasSyncedSurvivesACrashOfEverything() throws Exception {
    byte[] small = contents(1, 3_000);
    byte[] large = contents(2, 3_000_000);
    writeAndSync(a.path("synced-small"), small);
    writeAndSync(a.path("synced-large"), large);
    a.program().kill();
    CLUSTER.metadataServer().program().kill();
    CLUSTER.blobServer().program().kill();
    b.program().kill();
    a.kill();
    b.kill();
    CLUSTER.metadataServer().start();
    CLUSTER.blobServer().start();
    Node fresh = CLUSTER.node("fresh");
    fresh.start();
    assertArrayEquals(small, Files.readAllBytes(fresh.path("synced-small")));
    assertArrayEquals(large, Files.readAllBytes(fresh.path("synced-large")));
    assertEquals(0, fresh.unmount());
  }

  @Test
  void aNodeThatStoodStillShowsNothingOldAfterwards() throws Exception {
    Files.writeString(a.path("standstill"), "old");
    assertEquals("old", Files.readString(b.path("standstill")));
    b.program().signal(Posix.SIGSTOP);
    try {
      // Returns when the other node's lease has run out.
      Files.writeString(a.path("standstill"), "new");
      Files.createFile(a.path("standstill-created"));
    } finally {
      b.program().signal(Posix.SIGCONT);
    }
    assertEquals("new", Files.readString(b.path("standstill")));
    assertTrue(Files.exists(b.path("standstill-created")));
    Files.writeString(b.path("standstill"), "newest");
    assertEquals("newest", Files.readString(a.path("standstill")));
  }

  @Test
  void aReadThatBeganWhileTheNodeStoodStillShowsNothingOld() throws Exception {
    Files.writeString(a.path("blocked"), "old");
    assertEquals("old", Files.readString(b.path("blocked")));
    b.program().signal(Posix.SIGSTOP);
    CompletableFuture<String> read;
    try {
      Files.writeString(a.path("blocked"), "new");
      read = CompletableFuture.supplyAsync(() -> readString(b.path("blocked")));
    } finally {
      b.program().signal(Posix.SIGCONT);
    }
    assertEquals("new", read.get(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  @Test
  void whileTheMetadataServerIsAwayCachedFilesAreReadAndChangesFail() throws Exception {
    a.unmount();
    a.start("--timeout", "2");
    Files.writeString(a.path("cached"), "cached");
    assertEquals("cached", Files.readString(a.path("cached")));
    CLUSTER.metadataServer().program().terminate();
    assertEquals("EIO", Posix.describe(Posix.mkdir(a.file("refused"), 0755)));
    assertEquals("cached", Files.readString(a.path("cached")));
    CLUSTER.metadataServer().start();
    await().atMost(Program.PATIENCE).until(() -> Posix.mkdir(a.file("accepted"), 0755) == 0);
    assertTrue(Files.isDirectory(b.path("accepted")));
    assertFalse(Files.exists(b.path("refused")));
    a.unmount();
    a.start();
  }

  @Test
  void aCrashOfTheClientLeavesNoHalfOfARenameOrALink() throws Exception {
    Files.createDirectories(a.path("halves/one"));
    Files.createDirectories(a.path("halves/two"));
    Files.writeString(a.path("halves/one/moved"), "moved");
    Files.writeString(a.path("halves/linked"), "linked");
    AtomicInteger rounds = new AtomicInteger();
    Thread worker =
        new Thread(
            () -> {
              while (Posix.rename(a.file("halves/one/moved"), a.file("halves/two/moved")) == 0
                  && Posix.link(a.file("halves/linked"), a.file("halves/two/linked")) == 0
                  && Posix.rename(a.file("halves/two/moved"), a.file("halves/one/moved")) == 0
                  && Posix.unlink(a.file("halves/two/linked")) == 0) {
                rounds.incrementAndGet();
              }
            });
    worker.start();
    await().atMost(Program.PATIENCE).until(() -> rounds.get() > 20);
    a.kill();
    worker.join(Program.PATIENCE.toMillis());
    boolean inOne = Files.exists(b.path("halves/one/moved"));
    boolean inTwo = Files.exists(b.path("halves/two/moved"));
    assertTrue(inOne != inTwo, inOne + " and " + inTwo);
    String moved = inOne ? "halves/one/moved" : "halves/two/moved";
    assertEquals("moved", Files.readString(b.path(moved)));
    assertEquals(1, Posix.lstat(b.file(moved)).nlink());
    int links = Files.exists(b.path("halves/two/linked")) ? 2 : 1;
    assertEquals(links, Posix.lstat(b.file("halves/linked")).nlink());
  }

  private static String readString(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static void writeAndSync(Path path, byte[] bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(bytes));
      file.force(true);
    }
  }

  private static byte[] contents(int seed, int bytes) {
    byte[] contents = new byte[bytes];
    new Random(seed).nextBytes(contents);
    return contents;
  }

  /** Both nodes make files, one after the other, until they are told to stop. */
  private final class Load implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Path> made = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> workers = new ArrayList<>();
    private final int fileBytes;

    Load(String directory, int fileBytes) throws IOException {
      this.fileBytes = fileBytes;
      Files.createDirectory(a.path(directory));
      for (Node node : List.of(a, b)) {
        String prefix = directory + "/" + (node == a ? "a" : "b");
        Thread worker = new Thread(() -> work(node, prefix), "load-" + prefix);
        worker.setDaemon(true);
        worker.start();
        workers.add(worker);
      }
    }

    private void work(Node node, String prefix) {
      for (int i = 0; !stopped.get(); i++) {
        Path file = Path.of(prefix + i);
        try {
          Files.write(
              node.path(file.toString()),
              contents(file.hashCode(), fileBytes),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE);
          made.add(file);
        } catch (IOException e) {
          failures.add(e.toString());
        }
      }
    }

    /** Waits for files made from now on. */
    void awaitProgress() {
      int before = made.size();
      await("files to be made").atMost(Program.PATIENCE).until(() -> made.size() > before + 10);
    }

    void stop() throws InterruptedException {
      stopped.set(true);
      for (Thread worker : workers) {
        worker.join(Program.PATIENCE.toMillis());
      }
    }

    void verify() throws IOException {
      assertEquals(List.of(), failures);
      for (Path file : made) {
        for (Node node : List.of(a, b)) {
          Path path = node.path(file.toString());
          assertArrayEquals(
              contents(file.hashCode(), fileBytes), Files.readAllBytes(path), path::toString);
        }
      }
    }

    @Override
    public void close() {
      stopped.set(true);
    }
  }
}
