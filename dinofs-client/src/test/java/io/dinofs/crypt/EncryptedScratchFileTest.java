package io.dinofs.crypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.dinofs.store.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedScratchFileTest {
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  private ScratchFile open(Path file) throws IOException {
    Path keys = directory.resolve("keys");
    KeyFile.create(keys);
    return new FileCipher(KeyRing.open(keys)).scratch(Files.createFile(file));
  }

  @Test
  void itReadsWhatWasWrittenWhereverThatWas() throws IOException {
    long seed = Long.getLong("dinofs.seed", 11);
    Random random = new Random(seed);
    byte[] model = new byte[SIZE];
    ScratchFile file = open(directory.resolve("scratch"));
    for (int step = 0; step < 2000; step++) {
      int at = random.nextInt(SIZE);
      int length = random.nextInt(Math.min(SIZE - at, random.nextBoolean() ? 100 : 20_000) + 1);
      switch (random.nextInt(8)) {
        case 0 -> {
          Arrays.fill(model, at, SIZE, (byte) 0);
          file.cut(at);
        }
        case 1 -> file.release();
        case 2, 3, 4 -> {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          System.arraycopy(bytes, 0, model, at, length);
          file.write(ByteBuffer.wrap(bytes), at);
        }
        default -> {
          ByteBuffer target = ByteBuffer.allocate(length);
          file.read(target, at);
          assertArrayEquals(
              Arrays.copyOfRange(model, at, at + length), target.array(), "seed " + seed);
        }
      }
    }
  }

  @Test
  void theSameBytesWrittenTwiceLookDifferentAndShowNothing() throws IOException {
    Path path = directory.resolve("scratch");
    byte[] plain = "secret ".repeat(3000).getBytes(StandardCharsets.US_ASCII);
    ScratchFile file = open(path);
    file.write(ByteBuffer.wrap(plain), 0);
    byte[] first = Files.readAllBytes(path);
    file.write(ByteBuffer.wrap(plain), 0);
    byte[] second = Files.readAllBytes(path);
    assertFalse(new String(first, StandardCharsets.ISO_8859_1).contains("secret"));
    int equal = 0;
    for (int i = 0; i < first.length; i++) {
      equal += first[i] == second[i] ? 1 : 0;
    }
    assertTrue(equal < first.length / 50, equal + " of " + first.length);
  }

  @Test
  void whatSomebodyElseHasChangedIsNotRead() throws IOException {
    Path path = directory.resolve("scratch");
    ScratchFile file = open(path);
    file.write(ByteBuffer.allocate(10_000), 0);
    byte[] bytes = Files.readAllBytes(path);
    bytes[5000] ^= 1;
    Files.write(path, bytes);
    file.read(ByteBuffer.allocate(4096), 0);
    assertThrows(IOException.class, () -> file.read(ByteBuffer.allocate(10), 4096));
  }
}
