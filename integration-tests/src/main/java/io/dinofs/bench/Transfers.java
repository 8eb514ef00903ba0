package io.dinofs.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Transfers that are complete or fail. */
final class Transfers {
  private Transfers() {}

  static void writeFully(FileChannel file, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      file.write(source);
    }
  }

  static void readFully(FileChannel file, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target) < 0) {
        throw new EOFException("a file is shorter than what was written to it");
      }
    }
  }
}
