package io.dinofs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes of the kernel's page, dentry and inode caches before a first access is measured. */
enum KernelCaches {
  KEEP,
  DROP;

  private static final Path CONTROL = Path.of("/proc/sys/vm/drop_caches");

  static boolean canDrop() {
    return Files.isWritable(CONTROL);
  }

  void beforeFirstAccess() throws IOException {
    if (this == DROP) {
      // Only clean pages are dropped. See proc(5).
      sync();
      Files.writeString(CONTROL, "3\n");
    }
  }

  private static void sync() throws IOException {
    try {
      new ProcessBuilder("sync").inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
