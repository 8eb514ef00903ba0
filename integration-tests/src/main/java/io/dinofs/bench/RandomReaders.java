package io.dinofs.bench;

import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several threads that read blocks of one file, each through a descriptor of its own. */
final class RandomReaders {
  static final int READERS = 4;

  private final Path path;
  private final long[] positions;

  /**
   * @param positions where to read; the readers share them out
   */
  RandomReaders(Path path, long[] positions) {
    this.path = path;
    this.positions = positions;
  }

  /** Returns when every block is read. */
  void run() throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(READERS);
    try {
      List<Future<?>> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        int first = reader;
        readers.add(
            threads.submit(
                () -> {
                  read(first);
                  return null;
                }));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private void read(int first) throws IOException {
    ByteBuffer target = ByteBuffer.allocateDirect(Blocks.BLOCK_BYTES);
    try (FileChannel file = FileChannel.open(path, READ)) {
      for (int i = first; i < positions.length; i += READERS) {
        if (file.read(target.clear(), positions[i]) != Blocks.BLOCK_BYTES) {
          throw new IOException(path + ": part of a block at " + positions[i]);
        }
      }
    }
  }
}
