package io.dinofs.store.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks are written and read, whether the file system can do that past its cache or not. */
final class BlockFileTest {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int FILE_BYTES = 4 * BlockFile.BLOCK_BYTES;

  @Test
  void blocksAreWrittenOnADisk(@TempDir Path directory) throws IOException {
    assertBlocksAreWritten(directory.resolve("file"));
  }

  @Test
  void blocksAreWrittenInMemory() throws IOException {
    assumeTrue(Files.isWritable(MEMORY), "no " + MEMORY);
    Path file = Files.createTempFile(MEMORY, "dinofs", ".test");
    try {
      assertBlocksAreWritten(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void assertBlocksAreWritten(Path file) throws IOException {
    Files.write(file, new byte[FILE_BYTES]);
    byte[] expected = new byte[FILE_BYTES];
    try (FileChannel channel = BlockFile.open(file)) {
      ByteBuffer block = BlockFile.buffer(1);
      while (block.hasRemaining()) {
        block.put((byte) 7);
      }
      channel.write(block.flip(), 2L * BlockFile.BLOCK_BYTES);
      channel.force(false);
      Arrays.fill(expected, 2 * BlockFile.BLOCK_BYTES, 3 * BlockFile.BLOCK_BYTES, (byte) 7);
      ByteBuffer read = BlockFile.buffer(FILE_BYTES);
      assertEquals(FILE_BYTES, channel.read(read, 0));
      assertEquals(ByteBuffer.wrap(expected), read.flip());
    }
    assertEquals(ByteBuffer.wrap(expected), ByteBuffer.wrap(Files.readAllBytes(file)));
  }
}
