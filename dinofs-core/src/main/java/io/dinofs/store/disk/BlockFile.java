package io.dinofs.store.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is read and written in whole blocks: past the page cache (O_DIRECT, open(2)) where
 * its file system can do that, so that a sync has no page to look for and to write.
 */
public final class BlockFile {
  /** What disks write as a whole; what file systems want direct writes to be a multiple of. */
  public static final int BLOCK_BYTES = 4096;

  private static final Logger log = LoggerFactory.getLogger(BlockFile.class);

  private BlockFile() {}

  /** Opens a file that exists, for whole blocks from and into a {@link #buffer}. */
  public static FileChannel open(Path file) throws IOException {
    return takesDirectAccess(file)
        ? FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, ExtendedOpenOption.DIRECT)
        : FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Whether the file, which exists, can be opened past the page cache. Tried with a read, since
   * some file systems refuse only then.
   */
  public static boolean takesDirectAccess(Path file) {
    try {
      if (Files.getFileStore(file).getBlockSize() > BLOCK_BYTES) {
        return false;
      }
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
        channel.read(buffer(BLOCK_BYTES), 0);
        return true;
      }
    } catch (IOException | UnsupportedOperationException e) {
      log.debug("{} is written through the page cache: {}", file, e.toString());
      return false;
    }
  }

  /** A buffer of {@code bytes} rounded up to whole blocks, at an address that suits the device. */
  public static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocateDirect(blocks(bytes) + BLOCK_BYTES)
        .alignedSlice(BLOCK_BYTES)
        .slice(0, blocks(bytes));
  }

  /** {@code bytes} rounded up to whole blocks. */
  public static int blocks(int bytes) {
    return (bytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
  }
}
