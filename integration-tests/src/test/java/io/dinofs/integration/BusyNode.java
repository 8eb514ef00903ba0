package io.dinofs.integration;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;

/** What the threads of the deadlock test do on one mount. For one thread. */
final class BusyNode {
  private static final int BLOCK_BYTES = 1 << 20;
  private static final int LARGE_BLOCKS = 16;

  private final FilePath root;
  private final Random random;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final ByteBuffer target = ByteBuffer.allocate(BLOCK_BYTES);

  BusyNode(FilePath root, long seed) {
    this.root = root;
    this.random = new Random(seed);
    random.nextBytes(block);
  }

  /** Makes, moves, removes or looks at a name; which of these others have forestalled fails. */
  void changeNames(TimedCalls calls) {
    FilePath path = randomPath();
    FilePath other = randomPath();
    switch (random.nextInt(9)) {
      case 0, 1 -> create(calls, path);
      case 2, 3 -> calls.call("rename", path, () -> Posix.rename(path, other));
      case 4 -> calls.call("unlink", path, () -> Posix.unlink(path));
      case 5 -> calls.call("mkdir", path, () -> Posix.mkdir(path, 0755));
      case 6 -> calls.call("rmdir", path, () -> Posix.rmdir(path));
      case 7 -> {
        FilePath directory = root.resolve(SharedNames.randomDirectory(random));
        calls.call("list", directory, () -> Posix.readDirectory(directory, new ArrayList<>()));
      }
      default -> calls.call("lstat", path, () -> Posix.lstat(path, new ArrayList<>()));
    }
  }

  private void create(TimedCalls calls, FilePath path) {
    int flags = Posix.O_CREAT | Posix.O_WRONLY | Posix.O_NONBLOCK;
    long fd = calls.call("create", path, () -> Posix.open(path, flags, 0644));
    if (fd >= 0) {
      calls.call("write", path, () -> Posix.write(fd, new byte[100]));
      calls.call("close", path, () -> Posix.close(fd));
    }
  }

  /** Writes a large file anew. */
  void write(TimedCalls calls, String name) {
    FilePath path = root.resolve(name);
    int flags = Posix.O_CREAT | Posix.O_WRONLY | Posix.O_TRUNC;
    long fd = required("open", path, calls.call("open", path, () -> Posix.open(path, flags, 0644)));
    for (int i = 0; i < LARGE_BLOCKS; i++) {
      long offset = (long) i * BLOCK_BYTES;
      required("write", path, calls.call("write", path, () -> Posix.pwrite(fd, block, offset)));
    }
    required("close", path, calls.call("close", path, () -> Posix.close(fd)));
  }

  /** Reads a large file, if it is there, while another node writes it. */
  void read(TimedCalls calls, String name) {
    FilePath path = root.resolve(name);
    long fd = calls.call("open", path, () -> Posix.open(path, Posix.O_RDONLY));
    if (fd < 0) {
      return;
    }
    long offset = 0;
    for (long count = 1; count > 0; offset += count) {
      long from = offset;
      count =
          required(
              "read", path, calls.call("read", path, () -> Posix.pread(fd, target.clear(), from)));
    }
    calls.call("close", path, () -> Posix.close(fd));
  }

  private static long required(String what, FilePath path, long result) {
    if (result < 0) {
      throw new AssertionError(what + " " + path + ": " + Posix.describe(result));
    }
    return result;
  }

  private FilePath randomPath() {
    return root.resolve(SharedNames.random(random));
  }
}
