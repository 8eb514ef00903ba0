package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node whose kernel reads local files by itself, beside one that does not. */
@OnEachFrontend
class PassthroughIT {
  private static final int KIB = 1 << 10;
  private static final int CHUNK = 1 << 20;

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("other");

  private Node node;
  private Node other;

  @AfterEach
  void nothingStaysStaged() throws IOException {
    if (node != null) { // it is where there is passthrough
      awaitStaged(0);
    }
  }

  @BeforeEach
  void mount() throws IOException {
    assumeTrue(CLUSTER.frontend() == Frontend.KERNEL, "libfuse 2 has no passthrough");
    assumeTrue(Posix.isRoot(), "passthrough needs root");
    other = CLUSTER.node("other");
    node = CLUSTER.node("passing");
    if (node.program() != null && node.program().isAlive()) {
      return;
    }
    try {
      node.start("--passthrough", "on");
    } catch (IOException e) {
      assumeTrue(!String.valueOf(e.getMessage()).contains("CONFIG_FUSE_PASSTHROUGH"), "old kernel");
      throw e;
    }
  }

  private static byte[] bytes(int count, int seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private long open(String name, int flags) throws IOException {
    return Posix.must(Posix.open(node.file(name), flags));
  }

  /** All that the open file holds. */
  private static byte[] read(long fd) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(8 * CHUNK);
    while (Posix.must(Posix.pread(fd, target, target.position())) > 0) {
      assertTrue(target.hasRemaining(), "the file has an end");
    }
    return Arrays.copyOf(target.array(), target.position());
  }

  /** How many files the kernel reads past the mount. */
  private long staged() throws IOException {
    Path descriptors = Path.of("/proc", Long.toString(node.program().pid()), "fd");
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(PassthroughIT::isStaged).count();
    }
  }

  private static boolean isStaged(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("memfd:dinofs-");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /**
   * Opens a file that no other test has open, for reading, when the kernel has released what was
   * open before.
   */
  private long openPassing(String name) {
    AtomicLong opened = new AtomicLong();
    await(name + " to pass through")
        .until(
            () -> {
              long fd = open(name, Posix.O_RDONLY);
              if (staged() > 0) {
                opened.set(fd);
                return true;
              }
              Posix.must(Posix.close(fd));
              return false;
            });
    return opened.get();
  }

  private void awaitStaged(long count) {
    await("no more than " + count + " staged files").until(() -> staged() == count);
  }

  @Test
  void aLocalFileIsInMemoryWhileItIsOpenForReading() throws IOException {
    byte[] contents = bytes(100 * KIB, 1);
    Files.write(node.path("open"), contents);
    long first = openPassing("open");
    long second = open("open", Posix.O_RDONLY);
    assertEquals(1, staged());
    assertArrayEquals(contents, read(first));
    assertArrayEquals(contents, read(second));
    Posix.must(Posix.close(first));
    assertArrayEquals(contents, read(second));
    Posix.must(Posix.close(second));
    awaitStaged(0);
    assertArrayEquals(contents, Files.readAllBytes(node.path("open")));
  }

  @Test
  void whatIsNotHereOrNotOneBlobIsNotStaged() throws IOException {
    Files.write(node.path("small"), bytes(100, 1));
    Files.write(node.path("large"), bytes(2 * CHUNK, 1));
    Files.write(other.path("elsewhere"), bytes(100 * KIB, 1));
    awaitStaged(0);
    for (String name : List.of("small", "large", "elsewhere")) {
      long fd = open(name, Posix.O_RDONLY);
      assertEquals(0, staged(), name);
      read(fd);
      Posix.must(Posix.close(fd));
    }
  }

  @Test
  void whoHasItOpenSeesWhatAnotherNodeWrites() throws IOException {
    Files.write(node.path("shared"), bytes(100 * KIB, 1));
    long fd = openPassing("shared");
    int seed = 2;
    for (int size : new int[] {100 * KIB, 300 * KIB, 5 * KIB, 10, 0, 3 * CHUNK + 7, 100 * KIB}) {
      byte[] contents = bytes(size, seed++);
      Files.write(other.path("shared"), contents);
      assertArrayEquals(contents, read(fd), size + " bytes by the handle");
      assertArrayEquals(contents, Files.readAllBytes(node.path("shared")), "opened anew");
    }
    Posix.must(Posix.close(fd));
  }

  @Test
  void whoHasItOpenSeesWhatThisNodeWrites() throws IOException {
    byte[] contents = bytes(100 * KIB, 1);
    Files.write(node.path("written"), contents);
    long reader = openPassing("written");
    long writer = open("written", Posix.O_RDWR);
    assertEquals(1, staged());
    Posix.must(Posix.pwrite(writer, bytes(5000, 2), 3000));
    System.arraycopy(bytes(5000, 2), 0, contents, 3000, 5000);
    assertArrayEquals(contents, read(reader));
    assertArrayEquals(contents, read(writer));

    long appender = open("written", Posix.O_WRONLY | Posix.O_APPEND);
    Posix.must(Posix.write(appender, bytes(70_000, 3)));
    contents = Arrays.copyOf(contents, 100 * KIB + 70_000);
    System.arraycopy(bytes(70_000, 3), 0, contents, 100 * KIB, 70_000);
    assertArrayEquals(contents, read(reader));

    Posix.must(Posix.ftruncate(writer, 20_000));
    Posix.must(Posix.ftruncate(writer, 30_000));
    contents = Arrays.copyOf(Arrays.copyOf(contents, 20_000), 30_000);
    assertArrayEquals(contents, read(reader));
    Posix.must(Posix.close(appender));
    Posix.must(Posix.close(writer));
    assertArrayEquals(contents, Files.readAllBytes(other.path("written")));

    Files.write(node.path("written"), bytes(9000, 4)); // O_TRUNC
    assertArrayEquals(bytes(9000, 4), read(reader));
    Posix.must(Posix.close(reader));
    awaitStaged(0);
  }

  @Test
  void aFileThatIsRemovedAndEvictedIsReadOn() throws IOException, InterruptedException {
    byte[] contents = bytes(100 * KIB, 5);
    Files.write(node.path("removed"), contents);
    long fd = openPassing("removed");
    Files.delete(other.path("removed"));
    String blobs = node.cache().resolve("blobs").toString();
    new ProcessBuilder("find", blobs, "-type", "f", "-size", "+8", "-delete").start().waitFor();
    assertArrayEquals(contents, read(fd));
    Posix.must(Posix.close(fd));
  }

  @Test
  void anyMixOfOpensSucceedsAndAgrees() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("seed of the mixed opens: " + seed);
    for (int file = 0; file < 3; file++) {
      Files.write(node.path("mix" + file), bytes(20 * KIB, file));
    }
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Random random = new Random(seed + i);
        Node where = i == 0 ? other : node;
        all.add(threads.submit(() -> openAndClose(where, random)));
      }
      for (Future<?> each : all) {
        each.get(120, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    awaitStaged(0);
    for (int file = 0; file < 3; file++) {
      long fd = open("mix" + file, Posix.O_RDONLY);
      assertArrayEquals(Files.readAllBytes(other.path("mix" + file)), read(fd));
      Posix.must(Posix.close(fd));
    }
  }

  private static Void openAndClose(Node where, Random random) throws IOException {
    int[] flags = {
      Posix.O_RDONLY,
      Posix.O_RDONLY,
      Posix.O_RDONLY,
      Posix.O_RDWR,
      Posix.O_WRONLY | Posix.O_APPEND,
      Posix.O_WRONLY,
      Posix.O_RDONLY | Posix.O_CREAT
    };
    List<Long> open = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int flag = flags[random.nextInt(flags.length)];
      FilePath file = where.file("mix" + random.nextInt(3));
      long fd = Posix.must(Posix.open(file, flag, 0644));
      if ((flag & (Posix.O_WRONLY | Posix.O_RDWR)) != 0) {
        Posix.must(Posix.pwrite(fd, bytes(100, i), random.nextInt(20 * KIB)));
      } else {
        Posix.must(Posix.pread(fd, ByteBuffer.allocate(4 * KIB), random.nextInt(20 * KIB)));
      }
      open.add(fd);
      if (open.size() > 4) {
        Posix.must(Posix.close(open.remove(random.nextInt(open.size()))));
      }
    }
    for (long fd : open) {
      Posix.must(Posix.close(fd));
    }
    return null;
  }

  @Test
  void aKillLeavesTheFileAsItWas() throws Exception {
    byte[] contents = bytes(100 * KIB, 8);
    Node killed = CLUSTER.node("killed");
    killed.start("--passthrough", "on");
    Files.write(killed.path("kept"), contents);
    long fd = Posix.must(Posix.open(killed.file("kept"), Posix.O_RDONLY));
    killed.kill();
    Posix.close(fd);
    killed.start("--passthrough", "on");
    assertArrayEquals(contents, Files.readAllBytes(killed.path("kept")));
    assertEquals(0, killed.unmount());
  }
}
