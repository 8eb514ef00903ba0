package io.dinofs.integration;

import static io.dinofs.integration.Posix.must;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Random writes, reads, mapped writes, truncations, holes and copies of ranges of one file through
 * two handles, beside an array that says what it holds; from time to time the other node has to
 * agree.
 *
 * <p>{@code -Ddinofs.steps=100000} does so many, {@code -Ddinofs.seed=N} the same ones again.
 */
@OnEachFrontend
class OneFileIT {
  private static final int STEPS = Integer.getInteger("dinofs.steps", 400);
  private static final int MOST_BYTES = 3 << 20;
  private static final int MOST_BYTES_AT_ONCE = 200_000;

  /** A file is kept in chunks of so many bytes. */
  private static final int CHUNK_BYTES = 1 << 20;

  @RegisterExtension private static final Cluster CLUSTER = new Cluster("a", "b");

  private final RandomAccessFile[] handles = new RandomAccessFile[2];
  private FilePath path;
  private byte[] model = new byte[0];
  private Random random;

  @Test
  @Timeout(value = 4, unit = TimeUnit.HOURS) // with many steps
  void aFileHoldsWhatWasWrittenToIt() throws IOException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    System.out.println("OneFileIT: -Ddinofs.seed=" + seed);
    random = new Random(seed);
    Path file = CLUSTER.node("a").path("one-" + seed);
    Path seenByOther = CLUSTER.node("b").path("one-" + seed);
    path = FilePath.of(file);
    for (int i = 0; i < handles.length; i++) {
      handles[i] = new RandomAccessFile(file.toFile(), "rw");
    }
    for (int step = 0; step < STEPS; step++) {
      String what = "step " + step + ", seed " + seed;
      step(what);
      assertEquals(model.length, handles[random.nextInt(2)].length(), what);
      if (random.nextInt(20) == 0) {
        int i = random.nextInt(2);
        handles[i].close();
        handles[i] = new RandomAccessFile(file.toFile(), "rw");
      }
      if (random.nextInt(25) == 0) {
        handles[0].getChannel().force(true);
        assertArrayEquals(model, Files.readAllBytes(seenByOther), what);
      }
    }
    for (RandomAccessFile handle : handles) {
      handle.close();
    }
    assertArrayEquals(model, Files.readAllBytes(file));
    assertArrayEquals(model, Files.readAllBytes(seenByOther));
  }

  private void step(String what) throws IOException {
    FileChannel channel = handles[random.nextInt(2)].getChannel();
    switch (random.nextInt(8)) {
      case 0, 1 -> write(channel);
      case 2, 3 -> read(channel, what);
      case 4 -> writeMapped(channel);
      case 5 -> allocate();
      case 6 -> copy();
      default -> resize();
    }
  }

  private void write(FileChannel channel) throws IOException {
    int at = position(MOST_BYTES);
    byte[] data = data(1 + random.nextInt(MOST_BYTES_AT_ONCE));
    assertEquals(data.length, channel.write(ByteBuffer.wrap(data), at));
    model = Arrays.copyOf(model, Math.max(model.length, at + data.length));
    System.arraycopy(data, 0, model, at, data.length);
  }

  private void read(FileChannel channel, String what) throws IOException {
    int at = position(MOST_BYTES);
    ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(MOST_BYTES_AT_ONCE));
    while (target.hasRemaining() && channel.read(target, at + target.position()) > 0) {
      // A read may return less than there is.
    }
    int end = Math.max(at, Math.min(model.length, at + target.capacity()));
    byte[] expected = at < model.length ? Arrays.copyOfRange(model, at, end) : new byte[0];
    assertArrayEquals(expected, Arrays.copyOf(target.array(), target.position()), what);
  }

  /** Its pages are written back at once: a mapping ends when the collector finds it. */
  private void writeMapped(FileChannel channel) throws IOException {
    if (model.length == 0) {
      return;
    }
    int at = position(model.length - 1);
    byte[] data = data(1 + random.nextInt(Math.min(MOST_BYTES_AT_ONCE, model.length - at)));
    MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, at, data.length);
    byte[] before = new byte[data.length];
    mapped.get(before);
    assertArrayEquals(Arrays.copyOfRange(model, at, at + data.length), before);
    mapped.put(0, data);
    System.arraycopy(data, 0, model, at, data.length);
    mapped.force();
  }

  private void resize() throws IOException {
    int size = position(MOST_BYTES);
    handles[random.nextInt(2)].setLength(size);
    model = Arrays.copyOf(model, size);
  }

  /** Room, a hole, or zeros: fallocate(2). */
  private void allocate() throws IOException {
    int hole = LinuxCalls.FALLOC_FL_PUNCH_HOLE | LinuxCalls.FALLOC_FL_KEEP_SIZE;
    int[] modes = {0, hole, LinuxCalls.FALLOC_FL_ZERO_RANGE};
    int mode = modes[random.nextInt(modes.length)];
    int at = position(MOST_BYTES);
    int length = 1 + random.nextInt(CHUNK_BYTES * 3 / 2);
    long fd = must(Posix.open(path, Posix.O_RDWR));
    must(LinuxCalls.fallocate(fd, mode, at, length));
    must(Posix.close(fd));
    if (mode != hole) {
      model = Arrays.copyOf(model, Math.max(model.length, at + length));
    }
    if (mode != 0 && at < model.length) {
      Arrays.fill(model, at, Math.min(model.length, at + length), (byte) 0);
    }
  }

  /** From one place of the file to another: copy_file_range(2). */
  private void copy() throws IOException {
    int from = position(model.length);
    int to = position(MOST_BYTES);
    int most = Math.min(model.length - from, Math.abs(from - to));
    if (most == 0) {
      return;
    }
    int length = 1 + random.nextInt(most);
    long fd = must(Posix.open(path, Posix.O_RDWR));
    int copied = (int) must(LinuxCalls.copyFileRange(fd, from, fd, to, length));
    must(Posix.close(fd));
    byte[] data = Arrays.copyOfRange(model, from, from + copied);
    model = Arrays.copyOf(model, Math.max(model.length, to + copied));
    System.arraycopy(data, 0, model, to, copied);
  }

  /** Often around the border of a chunk, or the file's end. */
  private int position(int most) {
    int near =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(4) * CHUNK_BYTES;
          case 1 -> model.length;
          default -> random.nextInt(most + 1);
        };
    return Math.max(0, Math.min(most, near + random.nextInt(9) - 4));
  }

  private byte[] data(int length) {
    byte[] data = new byte[length];
    random.nextBytes(data);
    return data;
  }
}
