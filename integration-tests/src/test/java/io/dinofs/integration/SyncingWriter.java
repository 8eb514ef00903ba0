package io.dinofs.integration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A program that makes and changes files and says of which it is certain that they must survive a
 * crash: {@code + PATH SEED LENGTH} when a file and its directory are synced, and before it is
 * changed again {@code - PATH}. Ends when its standard input does, or at the first failure.
 *
 * <p>A process of its own: a process that has files of a mount open cannot start another one while
 * the mount is stuck, since the child closes its copies of them, and a close waits.
 */
final class SyncingWriter {
  private static final int MAX_SMALL = 4096;
  private static final int MAX_MEDIUM = 200_000;
  private static final int MAX_LARGE = 3 << 20;

  private final PrintStream out;
  private final Path directory;
  private final Random random;
  private final TreeMap<Path, SyncedContents> synced = new TreeMap<>();
  private int count;

  private SyncingWriter(PrintStream out, Path directory, long seed) {
    this.out = out;
    this.directory = directory;
    this.random = new Random(seed);
  }

  /**
   * @param arguments a seed, then a directory for each thread that writes
   */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true);
    AtomicBoolean stop = new AtomicBoolean();
    Random seeds = new Random(Long.parseLong(arguments[0]));
    List<Thread> threads = new ArrayList<>();
    for (String directory : Arrays.asList(arguments).subList(1, arguments.length)) {
      SyncingWriter writer = new SyncingWriter(out, Path.of(directory), seeds.nextLong());
      Thread thread = new Thread(() -> writer.run(stop));
      thread.start();
      threads.add(thread);
    }
    Thread watch =
        new Thread(
            () -> {
              awaitEndOfInput();
              stop.set(true);
            });
    watch.setDaemon(true);
    watch.start();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said on it.
      }
    } catch (IOException e) {
      System.err.println("SyncingWriter: " + e);
    }
  }

  private void run(AtomicBoolean stop) {
    try {
      while (!stop.get()) {
        step();
      }
    } catch (IOException e) {
      System.err.println("SyncingWriter: ended by " + e);
    }
  }

  /** Makes or changes a file, syncs it and its directory. */
  private void step() throws IOException {
    int kind = synced.isEmpty() ? 0 : random.nextInt(8);
    Path file =
        kind < 5
            ? directory.resolve("f" + count++)
            : List.copyOf(synced.keySet()).get(random.nextInt(synced.size()));
    out.println("- " + file);
    SyncedContents before = synced.remove(file);
    SyncedContents after =
        switch (kind) {
          case 5 -> append(file, before);
          case 6 -> truncate(file, before);
          case 7 -> replace(file);
          default -> create(file);
        };
    sync(directory);
    out.println("+ " + file + " " + after.seed() + " " + after.length());
    synced.put(file, after);
  }

  private SyncedContents create(Path file) throws IOException {
    SyncedContents contents = new SyncedContents(random.nextLong(), length());
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeAll(channel, contents.bytes());
    }
    return contents;
  }

  private SyncedContents append(Path file, SyncedContents before) throws IOException {
    SyncedContents after = new SyncedContents(before.seed(), before.length() + length());
    byte[] all = after.bytes();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      writeAll(channel, Arrays.copyOfRange(all, before.length(), all.length));
    }
    return after;
  }

  private SyncedContents truncate(Path file, SyncedContents before) throws IOException {
    SyncedContents after = new SyncedContents(before.seed(), random.nextInt(before.length() + 1));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(after.length());
      channel.force(true);
    }
    return after;
  }

  private SyncedContents replace(Path file) throws IOException {
    Path draft = file.resolveSibling("draft-" + count++);
    SyncedContents contents = create(draft);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return contents;
  }

  private int length() {
    int most = new int[] {MAX_SMALL, MAX_SMALL, MAX_MEDIUM, MAX_LARGE}[random.nextInt(4)];
    return random.nextInt(most);
  }

  private static void writeAll(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    channel.force(true);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
