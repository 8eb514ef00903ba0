package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Feeds whatever reads bytes with what nobody wrote. {@code -Ddinofs.fuzz.seconds=N} goes on for so
 * long with each reader, {@code -Ddinofs.seed=N} repeats what a failure names.
 */
public final class Fuzz {
  private static final long NANOS =
      TimeUnit.SECONDS.toNanos(Long.getLong("dinofs.fuzz.seconds", 0));
  private static final int ROUNDS = 2000;
  private static final int MAX_GARBAGE_BYTES = 200;

  /** Numbers that lengths, counts and offsets go wrong at. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0xffff,
    1 << 20,
    1 << 24,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** What a reader may take of the heap for any input, and for each byte of it beyond that. */
  private static final long FREE_BYTES = 4 << 20;

  private static final long HEAP_BYTES_PER_BYTE = 64;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Fuzz() {}

  /** A decoder under test. */
  @FunctionalInterface
  public interface Decoder<T> {
    T decode(Bytes bytes) throws CorruptRecordException;
  }

  /** An encoder under test. */
  @FunctionalInterface
  public interface Encoder<T> {
    Bytes encode(T value);
  }

  /** Whatever reads bytes that may be anything. */
  @FunctionalInterface
  public interface Reader {
    void read(byte[] input) throws IOException;
  }

  /** Is told of inputs. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] input, String hint) throws IOException;
  }

  /**
   * Whatever it is fed with, the decoder throws nothing but CorruptRecordException; and what it
   * accepts can be written and read back.
   *
   * @param valid an encoding to start from
   */
  public static <T> void check(Bytes valid, Encoder<T> encoder, Decoder<T> decoder) {
    feed(
        Set.of(ErrorKind.CORRUPT),
        List.of(valid.toArray()),
        input -> {
          T value = decoder.decode(Bytes.wrap(input));
          T again;
          try {
            again = decoder.decode(encoder.encode(value));
          } catch (CorruptRecordException e) {
            throw new AssertionError("it does not read what it writes of " + value, e);
          }
          assertEquals(value, again);
        });
  }

  /**
   * Whatever it is fed with, the reader takes it or fails with a {@link DinofsException} of one of
   * the kinds, and takes no more memory than is in proportion to the input.
   *
   * @param valid inputs to start from
   */
  public static void feed(Set<ErrorKind> refusals, List<byte[]> valid, Reader reader) {
    feed(ROUNDS, refusals, valid, reader);
  }

  /**
   * As the other one.
   *
   * @param rounds how many changed inputs at least
   */
  public static void feed(int rounds, Set<ErrorKind> refusals, List<byte[]> valid, Reader reader) {
    Target measured =
        (input, hint) -> {
          long before = THREADS.getCurrentThreadAllocatedBytes();
          try {
            reader.read(input);
          } catch (DinofsException e) {
            if (!refusals.contains(e.kind())) {
              throw new AssertionError(describe(hint, input), e);
            }
          } catch (IOException | RuntimeException | Error e) {
            throw new AssertionError(describe(hint, input), e);
          }
          long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
          assertTrue(
              taken < FREE_BYTES + HEAP_BYTES_PER_BYTE * input.length,
              () -> taken + " bytes of heap for " + describe(hint, input));
        };
    try {
      for (byte[] whole : valid) {
        reader.read(whole.clone()); // loads classes, and shows that it is valid
      }
      drive(rounds, valid, measured);
    } catch (IOException e) {
      throw new AssertionError("a valid input is refused", e);
    }
  }

  /**
   * Makes inputs: the valid ones cut off anywhere, and then ones that are changed at random.
   *
   * @param rounds how many of the latter at least
   */
  public static void drive(int rounds, List<byte[]> valid, Target target) throws IOException {
    long seed = Long.getLong("dinofs.seed", System.nanoTime());
    Random random = new Random(seed);
    long begun = System.nanoTime();
    for (byte[] whole : valid) {
      int step = Math.max(1, whole.length * valid.size() / rounds);
      for (int length = 0; length < whole.length; length += step) {
        target.take(Arrays.copyOf(whole, length), "cut off at " + length);
      }
    }
    for (int round = 0; round < rounds || System.nanoTime() - begun < NANOS; round++) {
      target.take(input(random, valid), "-Ddinofs.seed=" + seed + ", round " + round);
    }
  }

  private static String describe(String hint, byte[] input) {
    return hint + ": " + HexFormat.of().formatHex(input);
  }

  private static byte[] input(Random random, List<byte[]> valid) {
    if (random.nextInt(10) == 0) {
      byte[] garbage = new byte[random.nextInt(MAX_GARBAGE_BYTES)];
      random.nextBytes(garbage);
      return garbage;
    }
    byte[] input = any(random, valid).clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && input.length > 0; changes--) {
      input = changed(random, input, valid);
    }
    return input;
  }

  private static byte[] any(Random random, List<byte[]> valid) {
    return valid.get(random.nextInt(valid.size()));
  }

  private static byte[] changed(Random random, byte[] input, List<byte[]> valid) {
    int at = random.nextInt(input.length);
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(input, at);
      }
      case 1 -> {
        int end = at + random.nextInt(input.length - at + 1);
        return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(input, end, input.length));
      }
      case 2 -> {
        byte[] other = any(random, valid);
        int from = other.length == 0 ? 0 : random.nextInt(other.length);
        return joined(Arrays.copyOf(input, at), Arrays.copyOfRange(other, from, other.length));
      }
      case 3 -> putEdge(random, input, at);
      default -> input[at] = (byte) random.nextInt(256);
    }
    return input;
  }

  private static void putEdge(Random random, byte[] input, int at) {
    long edge = EDGES[random.nextInt(EDGES.length)];
    ByteBuffer number = ByteBuffer.allocate(Long.BYTES).putLong(0, edge);
    int bytes = Math.min(1 << random.nextInt(4), input.length - at);
    number.get(Long.BYTES - bytes, input, at, bytes);
  }

  private static byte[] joined(byte[] head, byte[] tail) {
    byte[] whole = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return whole;
  }
}
