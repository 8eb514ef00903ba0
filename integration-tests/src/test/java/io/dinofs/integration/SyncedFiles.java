package io.dinofs.integration;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A writer of files that knows which of them must survive a crash now: each is noted when it and
 * its directory are synced, and forgotten before it is changed again. One thread writes; another
 * may look.
 */
final class SyncedFiles {
  private static final int MAX_SMALL = 4096;
  private static final int MAX_MEDIUM = 200_000;
  private static final int MAX_LARGE = 3 << 20;

  /** Contents are made of a seed; shorter ones are a beginning of longer ones. */
  record Contents(long seed, int length) {
    byte[] bytes() {
      byte[] bytes = new byte[length];
      new Random(seed).nextBytes(bytes);
      return bytes;
    }
  }

  private final String directory;
  private final Random random;
  private final Map<String, Contents> synced = new ConcurrentHashMap<>();
  private volatile boolean writing;
  private int count;

  /**
   * @param directory in the volume
   */
  SyncedFiles(String directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
  }

  /** Whether a change is under way at this moment. */
  boolean isWriting() {
    return writing;
  }

  int size() {
    return synced.size();
  }

  /**
   * Makes or changes a file, syncs it and its directory, and notes it.
   *
   * @param mount where the volume is
   */
  void step(Path mount) throws IOException {
    List<String> known = synced.keySet().stream().sorted().toList();
    int kind = known.isEmpty() ? 0 : random.nextInt(8);
    String name = kind < 5 ? "f" + count++ : known.get(random.nextInt(known.size()));
    Path file = mount.resolve(directory).resolve(name);
    Contents before = synced.remove(name);
    writing = true;
    Contents after =
        switch (kind) {
          case 5 -> append(file, before);
          case 6 -> truncate(file, before);
          case 7 -> replace(file);
          default -> write(file, StandardOpenOption.CREATE_NEW);
        };
    sync(file.getParent());
    writing = false;
    synced.put(name, after);
  }

  private Contents write(Path file, StandardOpenOption how) throws IOException {
    Contents contents = new Contents(random.nextLong(), length());
    try (FileChannel out = FileChannel.open(file, how, StandardOpenOption.WRITE)) {
      writeAll(out, contents.bytes());
    }
    return contents;
  }

  private Contents append(Path file, Contents before) throws IOException {
    Contents after = new Contents(before.seed(), before.length() + length());
    byte[] all = after.bytes();
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.APPEND)) {
      writeAll(out, Arrays.copyOfRange(all, before.length(), all.length));
    }
    return after;
  }

  private Contents truncate(Path file, Contents before) throws IOException {
    Contents after = new Contents(before.seed(), random.nextInt(before.length() + 1));
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.truncate(after.length());
      out.force(true);
    }
    return after;
  }

  private Contents replace(Path file) throws IOException {
    Path draft = file.resolveSibling("draft-" + count++);
    Contents contents = write(draft, StandardOpenOption.CREATE_NEW);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return contents;
  }

  private int length() {
    int most = new int[] {MAX_SMALL, MAX_SMALL, MAX_MEDIUM, MAX_LARGE}[random.nextInt(4)];
    return random.nextInt(most);
  }

  private static void writeAll(FileChannel out, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      out.write(left);
    }
    out.force(true);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Compares every noted file with what is there; what is wrong with the first that differs. */
  Optional<String> difference(Path mount) {
    for (Map.Entry<String, Contents> entry : new TreeMap<>(synced).entrySet()) {
      Path file = mount.resolve(directory).resolve(entry.getKey());
      byte[] expected = entry.getValue().bytes();
      try {
        byte[] actual = Files.readAllBytes(file);
        if (!Arrays.equals(expected, actual)) {
          return Optional.of(
              "%s: %d bytes expected, %d are there, the first difference is at %d"
                  .formatted(
                      file, expected.length, actual.length, Arrays.mismatch(expected, actual)));
        }
      } catch (IOException e) {
        return Optional.of(file + ": " + expected.length + " bytes expected, but " + e);
      }
    }
    return Optional.empty();
  }
}
