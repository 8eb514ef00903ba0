package io.dinofs.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import jnr.constants.platform.Errno;

/**
 * Looks at {@link SharedNames} again and again, so that the kernel caches names, absent names,
 * attributes, listings, targets and pages of what others change. For one thread.
 */
final class HotReader {
  private static final Set<Errno> EXPECTED =
      Set.of(
          Errno.ENOENT,
          Errno.ENOTDIR,
          Errno.EISDIR,
          Errno.EINVAL,
          Errno.ENODATA,
          Errno.ELOOP,
          RandomChanges.DIRECTORY_ON_THE_MOVE);

  private static final int MOST_OPEN = 4;

  private final FilePath root;
  private final Random random;
  private final List<Long> open = new ArrayList<>();

  HotReader(FilePath root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  void next() {
    FilePath path = root.resolve(SharedNames.random(random));
    switch (random.nextInt(10)) {
      case 0 -> expect("list", root, list(root.resolve(SharedNames.randomDirectory(random))));
      case 1 -> expect("list", path, list(path));
      case 2, 3 -> read(path);
      case 4 -> keepOpen(path);
      case 5 -> expect("readlink", path, Posix.readlink(path, new ArrayList<>()));
      case 6 -> expect("getxattr", path, Posix.getXattr(path, "user.one", new ArrayList<>()));
      default -> expect("lstat", path, Posix.lstat(path, new ArrayList<>()));
    }
  }

  private static long list(FilePath path) {
    return Posix.readDirectory(path, new ArrayList<>());
  }

  private void read(FilePath path) {
    long fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NONBLOCK);
    expect("open", path, fd);
    if (fd >= 0) {
      readThrough(path, fd);
      Posix.close(fd);
    }
  }

  /** Keeps a file open while others change and remove it, and reads from those kept before. */
  private void keepOpen(FilePath path) {
    if (open.size() == MOST_OPEN) {
      Posix.close(open.remove(random.nextInt(MOST_OPEN)));
    }
    long fd = Posix.open(path, Posix.O_RDONLY | Posix.O_NONBLOCK);
    expect("open", path, fd);
    if (fd >= 0) {
      open.add(fd);
    }
    open.forEach(kept -> readThrough(path, kept));
  }

  private void readThrough(FilePath path, long fd) {
    expect("fstat", path, Posix.fstat(fd, new ArrayList<>()));
    String contents = Observation.contents(fd, 0, 10_000);
    if (contents.startsWith("E") && !contents.equals(Errno.EISDIR.name())) {
      throw new AssertionError("read " + path + ": " + contents);
    }
  }

  void closeAll() {
    open.forEach(Posix::close);
    open.clear();
  }

  private static void expect(String what, FilePath path, long result) {
    if (result < 0 && !EXPECTED.contains(Errno.valueOf(-result))) {
      throw new AssertionError(what + " " + path + ": " + Posix.describe(result));
    }
  }
}
