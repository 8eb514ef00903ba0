package io.dinofs.store.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Brings what the kernel holds to the device: fsync(2). */
public final class Syncs {
  private Syncs() {}

  /** Returns when the bytes of a file, or the names in a directory, are on the device. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
