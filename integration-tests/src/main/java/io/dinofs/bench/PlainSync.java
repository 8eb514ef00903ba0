package io.dinofs.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long the disk itself takes for one block: without it, a figure that includes an fsync says
 * little about the file system.
 */
final class PlainSync {
  private static final int ROUNDS = 21;
  private static final double NANOS_PER_MILLI = 1e6;

  private PlainSync() {}

  /** Measures in the directory that holds this one or, if that is not writable, in /tmp. */
  static Report.PlainSync beside(Path directory) throws IOException {
    Path parent = directory.toRealPath().getParent();
    if (parent == null || !Files.isWritable(parent)) {
      parent = WorkDirectory.systemTemporary();
    }
    Blocks blocks = new Blocks(0);
    long[] nanos = new long[ROUNDS];
    try (WorkDirectory work = WorkDirectory.in(parent);
        FileChannel file = FileChannel.open(work.path().resolve("file"), CREATE_NEW, WRITE)) {
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        Transfers.writeFully(file, blocks.next(Blocks.BLOCK_BYTES));
        file.force(true);
        nanos[i] = System.nanoTime() - start;
      }
    }
    return new Report.PlainSync(
        parent.toString(),
        Files.getFileStore(parent).type(),
        Percentiles.of(nanos).at(50) / NANOS_PER_MILLI);
  }
}
