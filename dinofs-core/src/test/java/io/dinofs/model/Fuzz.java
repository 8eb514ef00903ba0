package io.dinofs.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Assertions;

/** Feeds a decoder with what no encoder wrote. */
final class Fuzz {
  private static final int ROUNDS = 2000;

  private Fuzz() {}

  /** A decoder under test. */
  @FunctionalInterface
  interface Decoder<T> {
    T decode(Bytes bytes) throws CorruptRecordException;
  }

  /** An encoder under test. */
  @FunctionalInterface
  interface Encoder<T> {
    Bytes encode(T value);
  }

  /**
   * Whatever it is fed with, the decoder throws nothing but CorruptRecordException; and what it
   * accepts can be written and read back.
   *
   * @param valid an encoding to start from
   */
  static <T> void check(Bytes valid, Encoder<T> encoder, Decoder<T> decoder) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int length = 0; length < valid.length(); length++) {
      feed(valid.slice(0, length), encoder, decoder, "cut");
    }
    for (int round = 0; round < ROUNDS; round++) {
      byte[] changed = valid.toArray();
      for (int i = 0; i <= random.nextInt(4); i++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      feed(Bytes.wrap(changed), encoder, decoder, "seed " + seed);
      byte[] garbage = new byte[random.nextInt(200)];
      random.nextBytes(garbage);
      feed(Bytes.wrap(garbage), encoder, decoder, "seed " + seed);
    }
  }

  private static <T> void feed(Bytes bytes, Encoder<T> encoder, Decoder<T> decoder, String hint) {
    T value;
    try {
      value = decoder.decode(bytes);
    } catch (CorruptRecordException e) {
      return;
    } catch (RuntimeException e) {
      throw new AssertionError(hint + ": " + bytes.toHex(), e);
    }
    T again = Assertions.assertDoesNotThrow(() -> decoder.decode(encoder.encode(value)), hint);
    assertEquals(value, again, hint);
  }
}
