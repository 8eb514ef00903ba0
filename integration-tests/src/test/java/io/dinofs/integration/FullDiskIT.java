package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Disks that are full: small ones in memory, which only root can mount. */
@OnEachFrontend
class FullDiskIT {
  private static final int MIB = 1 << 20;
  private static final String NO_SPACE = "No space left on device";

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("b");

  private Path smallDisk;

  @AfterEach
  void detach() throws Exception {
    if (smallDisk != null) {
      run("umount", "-l", smallDisk.toString());
    }
  }

  @Test
  void aFullDiskOfTheCacheFailsTheWriteAndHarmsNothing() throws Exception {
    Node a = CLUSTER.node("a");
    mountSmallDisk(a.cache(), 24);
    a.start();
    byte[] before = bytes(1, 2 * MIB);
    Files.write(a.path("before"), before);
    Path other = CLUSTER.node("b").path("other");
    byte[] elsewhere = bytes(2, 8 * MIB);
    Files.write(other, elsewhere);

    // What is pending cannot be evicted, so the disk fills up.
    CLUSTER.blobServer().program().terminate();
    IOException full = assertThrows(IOException.class, () -> write(a.path("large"), 40));
    assertTrue(full.getMessage().contains(NO_SPACE), full::toString);
    Files.delete(a.path("large"));
    CLUSTER.blobServer().start();
    assertArrayEquals(before, Files.readAllBytes(a.path("before")));

    // It recovers by itself: uploads make room.
    await().atMost(Program.PATIENCE).ignoreExceptions().until(() -> written(a.path("after"), 4));
    assertArrayEquals(bytes(3, 4 * MIB), Files.readAllBytes(CLUSTER.node("b").path("after")));
    assertArrayEquals(before, Files.readAllBytes(CLUSTER.node("b").path("before")));
    assertArrayEquals(elsewhere, Files.readAllBytes(a.path("other")));
    assertEquals(0, a.unmount());
  }

  @Test
  void aFullDiskOfTheBlobServerFailsTheFsyncAndUploadsGoOnWhenItHasSpace() throws Exception {
    Node c = CLUSTER.node("c");
    CLUSTER.blobServer().program().terminate();
    Path data = CLUSTER.directory().resolve("blobserver");
    mountSmallDisk(data, 8);
    CLUSTER.blobServer().start();
    c.start();
    Path file = c.path("too-large-for-the-server");
    IOException full = assertThrows(IOException.class, () -> write(file, 12));
    assertTrue(full.getMessage().contains(NO_SPACE), full::toString);
    assertArrayEquals(bytes(3, 12 * MIB), Files.readAllBytes(file));
    run("mount", "-o", "remount,size=64m", data.toString());
    assertTrue(written(file, 12));
    assertEquals(0, c.unmount());
  }

  private static byte[] bytes(int seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static boolean written(Path file, int mebibytes) throws IOException {
    write(file, mebibytes);
    return true;
  }

  /** Writes and syncs. */
  private static void write(Path file, int mebibytes) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(3, mebibytes * MIB));
      while (bytes.hasRemaining()) {
        out.write(bytes.slice(bytes.position(), MIB));
        bytes.position(bytes.position() + MIB);
      }
      out.force(true);
    }
  }

  private void mountSmallDisk(Path directory, int mebibytes) throws Exception {
    Files.createDirectories(directory);
    String size = "size=" + mebibytes + "m";
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", size, "tmpfs", directory.toString()) == 0,
        "this user may not mount a disk in memory");
    smallDisk = directory;
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new FileSystemException(String.join(" ", command) + " does not end");
    }
    return process.exitValue();
  }
}
