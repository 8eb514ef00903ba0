package io.dinofs.integration;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One program on one node: it makes, writes, moves and removes files of its own, in a directory
 * that others use too, and appends lines to a file that is everybody's. It remembers what it was
 * promised by calls that returned.
 */
final class KeptPromises {
  static final String DIRECTORY = "kept";
  static final String LINES = DIRECTORY + "/lines";
  private static final int NAMES = 12;

  /** In a record, in one blob, now and then in several. */
  private static final int[] SIZES = {100, 4_000, 20_000, 100_000, 100_000, 1_500_000};

  private final Node node;
  private final String name;
  private final Random random;
  private final AtomicInteger done = new AtomicInteger();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private Thread thread;

  // The fields below are used by the thread, and by others while there is none.
  private final Map<String, Optional<byte[]>> files = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  /**
   * @param name no other one's
   */
  KeptPromises(Node node, String name, long seed) {
    this.node = node;
    this.name = name;
    this.random = new Random(seed);
  }

  void start() {
    stopped.set(false);
    thread = new Thread(this::work, "promises-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins nothing any more. */
  void beginStop() {
    stopped.set(true);
  }

  void stop() throws InterruptedException {
    beginStop();
    thread.join(Program.PATIENCE.toMillis());
    assertTrue(!thread.isAlive(), () -> name + " hangs");
  }

  /** Waits for a few calls that succeed. */
  void awaitProgress() {
    int before = done.get();
    await(name + " to go on")
        .atMost(Program.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> done.get() > before + 3);
  }

  /** The calls that have failed. */
  List<String> failures() {
    return failures;
  }

  private void work() {
    while (!stopped.get()) {
      try {
        if (random.nextInt(4) == 0) {
          append();
        } else {
          change();
        }
        done.incrementAndGet();
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }
  }

  private void append() throws IOException {
    String line = name + " " + lines.size();
    Files.writeString(node.path(LINES), line + "\n", StandardOpenOption.APPEND);
    lines.add(line);
  }

  private void change() throws IOException {
    String file = randomFile();
    switch (random.nextInt(5)) {
      case 0 -> move(file, randomFile());
      case 1 -> {
        Files.deleteIfExists(node.path(file));
        files.put(file, Optional.empty());
      }
      default -> write(file);
    }
  }

  private void move(String file, String other) throws IOException {
    Optional<byte[]> contents = files.getOrDefault(file, Optional.empty());
    if (contents.isPresent() && !file.equals(other)) {
      Files.move(node.path(file), node.path(other), StandardCopyOption.ATOMIC_MOVE);
      files.put(other, contents);
      files.put(file, Optional.empty());
    }
  }

  private void write(String file) throws IOException {
    byte[] contents = new byte[1 + random.nextInt(SIZES[random.nextInt(SIZES.length)])];
    random.nextBytes(contents);
    Files.write(node.path(file), contents);
    files.put(file, Optional.of(contents));
  }

  private String randomFile() {
    return DIRECTORY + "/" + name + "-" + random.nextInt(NAMES);
  }

  /** Compares what a node shows with what was promised; nothing may be going on. */
  void verify(Node shown, String hint) throws IOException {
    for (Map.Entry<String, Optional<byte[]>> file : files.entrySet()) {
      Path path = shown.path(file.getKey());
      Optional<byte[]> found = read(path);
      assertEquals(file.getValue().isPresent(), found.isPresent(), () -> path + ", " + hint);
      if (found.isPresent()) {
        assertArrayEquals(file.getValue().get(), found.get(), () -> path + ", " + hint);
      }
    }
    Path all = shown.path(LINES);
    List<String> own =
        Files.readAllLines(all).stream().filter(line -> line.startsWith(name + " ")).toList();
    assertEquals(lines, own, () -> all + ", " + hint);
  }

  private static Optional<byte[]> read(Path path) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
