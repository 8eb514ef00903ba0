package io.dinofs.bench;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What is done to contents: one large file, from start to end and at random. */
final class LargeFile {
  private final Path path;
  private final long bytes;
  private final long[] positions;
  private final Blocks blocks;
  private final KernelCaches caches;
  private final ByteBuffer target = ByteBuffer.allocateDirect(Blocks.MAX_BYTES);

  LargeFile(Path directory, int sizeMib, int accesses, long seed, KernelCaches caches) {
    this.path = directory.resolve("large");
    this.bytes = (long) sizeMib * Blocks.MAX_BYTES;
    this.positions =
        new Random(seed)
            .longs(accesses, 0, bytes / Blocks.BLOCK_BYTES)
            .map(block -> block * Blocks.BLOCK_BYTES)
            .toArray();
    // Not the blocks that the small files have.
    this.blocks = new Blocks(~seed);
    this.caches = caches;
  }

  void run(Recorder recorder) throws IOException {
    recorder.throughput("write and fsync, 1 MiB each", bytes, this::write);
    caches.beforeFirstAccess();
    recorder.throughput("read, 1 MiB each", bytes, this::read);
    recorder.throughput("read again", bytes, this::read);
    caches.beforeFirstAccess();
    recorder.operations("random read, 4 KiB", positions.length, this::readAtRandom);
    caches.beforeFirstAccess();
    recorder.operations(
        "random read, 4 KiB, " + RandomReaders.READERS + " readers",
        positions.length,
        new RandomReaders(path, positions)::run);
    recorder.operations("random write, 4 KiB, one fsync", positions.length, this::writeAtRandom);
    Files.delete(path);
  }

  private void write() throws IOException {
    try (FileChannel file = FileChannel.open(path, CREATE_NEW, WRITE)) {
      for (long done = 0; done < bytes; done += Blocks.MAX_BYTES) {
        Transfers.writeFully(file, blocks.next(Blocks.MAX_BYTES));
      }
      file.force(true);
    }
  }

  private void read() throws IOException {
    try (FileChannel file = FileChannel.open(path, READ)) {
      for (long done = 0; done < bytes; done += Blocks.MAX_BYTES) {
        Transfers.readFully(file, target.clear());
      }
    }
  }

  private void readAtRandom() throws IOException {
    try (FileChannel file = FileChannel.open(path, READ)) {
      for (long position : positions) {
        int read = file.read(target.clear().limit(Blocks.BLOCK_BYTES), position);
        requireBlock(read);
      }
    }
  }

  private void writeAtRandom() throws IOException {
    try (FileChannel file = FileChannel.open(path, WRITE)) {
      for (long position : positions) {
        int written = file.write(blocks.next(Blocks.BLOCK_BYTES), position);
        requireBlock(written);
      }
      file.force(true);
    }
  }

  private void requireBlock(int transferred) throws IOException {
    if (transferred != Blocks.BLOCK_BYTES) {
      throw new IOException(path + ": " + transferred + " bytes transferred of a block");
    }
  }
}
