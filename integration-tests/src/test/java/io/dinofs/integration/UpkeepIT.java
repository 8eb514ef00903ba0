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
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The programs that look after a volume, while it is mounted. */
@OnEachFrontend
final class UpkeepIT implements BelowTheFrontend {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final String ACL_NAME = "system.posix_acl_access";

  @RegisterExtension static final Cluster CLUSTER = new Cluster("a", "b");

  private static int runs;

  /** One for all tests, so that no two files have the same contents. */
  private static final Random RANDOM = new Random(4);

  private Path directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = Files.createDirectory(CLUSTER.node("a").path("upkeep-" + runs++));
  }

  @Test
  void nothingIsWrongWithAVolumeInUse() throws Exception {
    write("large", 3 * CHUNK_BYTES + 17);
    Files.createLink(directory.resolve("link"), directory.resolve("large"));
    Files.createDirectories(directory.resolve("sub/sub"));
    write("sub/small", 100);
    Files.createSymbolicLink(directory.resolve("symlink"), Path.of("sub"));
    Program check = dinofs("fsck", metadata(), blobs(), "--verify-data");
    assertEquals(0, check.awaitExit(), check.log());
    assertTrue(check.log().contains("nothing is wrong"), check.log());
  }

  @Test
  void garbageGoesAndFilesStay() throws Exception {
    byte[] kept = write("kept", 2 * CHUNK_BYTES);
    write("removed", CHUNK_BYTES);
    Files.delete(directory.resolve("removed"));
    ageBlobs();
    byte[] young = write("young", CHUNK_BYTES);
    int before = blobFiles().size();
    assertEquals(
        0, dinofs("gc", metadata(), blobs(), "--dry-run", "--accept-shrinking").awaitExit());
    assertEquals(before, blobFiles().size());
    Program collection = dinofs("gc", metadata(), blobs(), "--accept-shrinking");
    assertEquals(0, collection.awaitExit(), collection.log());
    assertTrue(blobFiles().size() < before, collection.log());
    Path onOther = CLUSTER.node("b").mount().resolve(directory.getFileName());
    assertArrayEquals(kept, Files.readAllBytes(onOther.resolve("kept")));
    assertArrayEquals(young, Files.readAllBytes(onOther.resolve("young")));
    assertEquals(0, dinofs("fsck", metadata(), blobs(), "--verify-data").awaitExit());
  }

  @Test
  void contentsThatCameBackWhileTheyWereGarbageAreKept() throws Exception {
    byte[] bytes = write("first", CHUNK_BYTES);
    Files.delete(directory.resolve("first"));
    ageBlobs();
    write("second", bytes);
    assertEquals(0, dinofs("gc", metadata(), blobs(), "--accept-shrinking").awaitExit());
    Path onOther = CLUSTER.node("b").mount().resolve(directory.getFileName());
    assertArrayEquals(bytes, Files.readAllBytes(onOther.resolve("second")));
  }

  @Test
  void aMissingBlobIsFound() throws Exception {
    write("damaged", CHUNK_BYTES);
    List<Path> files = blobFiles();
    Path newest = files.get(0);
    for (Path file : files) {
      if (Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(newest)) > 0) {
        newest = file;
      }
    }
    byte[] bytes = Files.readAllBytes(newest);
    Files.delete(newest);
    try {
      Program check = dinofs("fsck", metadata(), blobs());
      assertEquals(4, check.awaitExit());
      assertTrue(check.log().contains(newest.getFileName().toString()), check.log());
    } finally {
      Files.write(newest, bytes);
    }
  }

  @Test
  void whatWasExportedIsImportedToAnotherVolume() throws Exception {
    write("large", 2 * CHUNK_BYTES);
    write("small", 100);
    Files.createSymbolicLink(directory.resolve("symlink"), Path.of("small"));
    Path lines = CLUSTER.directory().resolve("lines");
    Program export = dinofs("export", metadata(), lines.toString());
    assertEquals(0, export.awaitExit(), export.log());
    Path other = Files.createDirectory(CLUSTER.directory().resolve("other"));
    try (Server server = new Server("metadataserver", other)) {
      server.start();
      String otherMetadata = "--metadata=" + server.address();
      Program first = dinofs("import", otherMetadata, lines.toString());
      assertEquals(0, first.awaitExit(), first.log());
      Program check = dinofs("fsck", otherMetadata, blobs());
      assertEquals(0, check.awaitExit(), check.log());
      Path again = CLUSTER.directory().resolve("lines again");
      assertEquals(0, dinofs("export", otherMetadata, again.toString()).awaitExit());
      assertEquals(recordLines(lines), recordLines(again));
      assertEquals(1, dinofs("import", otherMetadata, lines.toString()).awaitExit());
    }
  }

  /** All but the first line, which names volume and commit. */
  private static List<String> recordLines(Path file) throws IOException {
    return Files.readAllLines(file).stream().skip(1).toList();
  }

  @Test
  void watchTellsWhatHappens() throws Exception {
    Program watch = dinofs("watch", metadata(), "--json");
    watch.awaitPrinted(Pattern.compile("\"kind\":\"reset\""));
    Files.createFile(directory.resolve("seen by watch"));
    watch.awaitPrinted(Pattern.compile("\"kind\":\"entry\",\"name\":\"seen by watch\""));
    watch.terminate();
  }

  @Test
  void nodesStartAnewAfterAnOlderBackupWasRestored() throws Exception {
    write("before", 100);
    Path file = CLUSTER.directory().resolve("backup-" + runs);
    Program backup = dinofs("backup", metadata(), file.toString());
    assertEquals(0, backup.awaitExit(), backup.log());
    write("after", 100);
    Path onOther = CLUSTER.node("b").mount().resolve(directory.getFileName());
    assertTrue(Files.exists(onOther.resolve("after")));
    restoreServer(file);
    Path onFirst = directory;
    await()
        .atMost(Program.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                !Files.exists(onFirst.resolve("after")) && !Files.exists(onOther.resolve("after")));
    assertTrue(Files.exists(onOther.resolve("before")));
    Files.createFile(onOther.resolve("new on b"));
    assertTrue(Files.exists(onFirst.resolve("new on b")));
    Files.createFile(onFirst.resolve("new on a"));
    assertTrue(Files.exists(onOther.resolve("new on a")));
    assertEquals(0, dinofs("fsck", metadata(), blobs()).awaitExit());
    assertFalse(Files.exists(onFirst.resolve("after")));
  }

  @Test
  void updatesAreRestoredOnTopOfAFullBackup() throws Exception {
    write("removed", 100);
    byte[] kept = write("kept", 2 * CHUNK_BYTES);
    Files.createDirectories(directory.resolve("sub/deep"));
    Path full = backUp("full");

    Files.delete(directory.resolve("removed"));
    Files.move(directory.resolve("sub"), directory.resolve("moved"));
    FilePath attributed = FilePath.of(directory.resolve("kept"));
    Posix.must(Posix.setXattr(attributed, "user.first", new byte[] {1}, 0));
    Path first = backUp("first", full);

    Posix.must(Posix.removeXattr(attributed, "user.first"));
    Posix.must(Posix.setXattr(attributed, "user.second", new byte[] {2}, 0));
    Posix.must(Posix.setXattr(attributed, ACL_NAME, AsLocalIT.ACL.toArray(), 0));
    byte[] added = write("moved/added", 100);
    Path second = backUp("second", full, first);
    assertTrue(Files.size(second) < Files.size(full));

    write("lost", 100);
    Program gap = restore(CLUSTER.directory().resolve("gap-" + runs), full, second);
    assertEquals(1, gap.awaitExit());
    assertTrue(gap.log().contains("missing"), gap.log());
    restoreServer(full, first, second);

    Path onOther = CLUSTER.node("b").mount().resolve(directory.getFileName());
    await()
        .atMost(Program.PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                !Files.exists(onOther.resolve("lost")) && !Files.exists(directory.resolve("lost")));
    FilePath restored = FilePath.of(onOther.resolve("kept"));
    assertEquals("ENODATA", Observation.xattr(restored, "user.first"));
    assertEquals("02", Observation.xattr(restored, "user.second"));
    assertEquals(AsLocalIT.ACL.toHex(), Observation.xattr(restored, ACL_NAME));
    assertArrayEquals(kept, Files.readAllBytes(onOther.resolve("kept")));
    assertArrayEquals(added, Files.readAllBytes(onOther.resolve("moved/added")));
    assertTrue(Files.isDirectory(onOther.resolve("moved/deep")));
    assertFalse(Files.exists(onOther.resolve("sub")));
    assertFalse(Files.exists(onOther.resolve("removed")));
    assertEquals(0, dinofs("fsck", metadata(), blobs(), "--verify-data").awaitExit());
  }

  private static Path backUp(String name, Path... since) throws Exception {
    Path file = CLUSTER.directory().resolve(name + "-" + runs);
    List<String> arguments = new ArrayList<>(List.of("backup", metadata()));
    for (Path earlier : since) {
      arguments.addAll(List.of("--since", earlier.toString()));
    }
    arguments.add(file.toString());
    Program backup = dinofs(arguments.toArray(String[]::new));
    assertEquals(0, backup.awaitExit(), backup.log());
    return file;
  }

  /** Lets the metadata server go on with what was backed up. */
  private static void restoreServer(Path... files) throws Exception {
    Server server = CLUSTER.metadataServer();
    server.program().terminate();
    Path data = CLUSTER.directory().resolve("metadataserver");
    Files.move(data, CLUSTER.directory().resolve("metadataserver-lost-" + runs));
    Program restore = restore(data, files);
    assertEquals(0, restore.awaitExit(), restore.log());
    server.start();
  }

  private static Program restore(Path data, Path... files) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("restore", "--data", data.toString()));
    for (Path file : files) {
      arguments.add(file.toString());
    }
    return Program.start(
        "metadataserver", CLUSTER.directory().resolve("restore-" + runs + ".log"), arguments);
  }

  private byte[] write(String name, int length) throws IOException {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    write(name, bytes);
    return bytes;
  }

  /** Returns when the contents are on the blob server. */
  private void write(String name, byte[] bytes) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        file.write(rest);
      }
      file.force(true);
    }
  }

  private static List<Path> blobFiles() throws IOException {
    try (Stream<Path> files = Files.walk(CLUSTER.directory().resolve("blobserver/data"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().length() == 64)
          .toList();
    }
  }

  /** Makes all blobs look a month old. */
  private static void ageBlobs() throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(30)));
    for (Path file : blobFiles()) {
      Files.setLastModifiedTime(file, old);
    }
  }

  private static String metadata() {
    return "--metadata=" + CLUSTER.metadataServer().address();
  }

  private static String blobs() {
    return "--blobs=http://" + CLUSTER.blobServer().address();
  }

  private static Program dinofs(String... arguments) throws IOException {
    Path log = CLUSTER.directory().resolve("upkeep-" + arguments[0] + ".log");
    return Program.start("dinofs", log, List.of(arguments));
  }
}
