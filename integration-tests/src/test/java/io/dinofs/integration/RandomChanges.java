package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import jnr.constants.platform.Errno;

/**
 * Random changes at {@link SharedNames} through one mount, while others change the same. What comes
 * of one depends on them, but it is never an error that a local file system would not have. For one
 * thread.
 */
final class RandomChanges {
  /**
   * What the kernel itself says when it finds a directory at another place while something is moved
   * between directories of the same mount: {@code __d_unalias} in its {@code fs/dcache.c}.
   */
  static final Errno DIRECTORY_ON_THE_MOVE = Errno.ESTALE;

  /** What others have made of a path, or what the operation is not for. */
  private static final Set<Errno> EXPECTED =
      Set.of(
          Errno.ENOENT,
          Errno.EEXIST,
          Errno.ENOTDIR,
          Errno.EISDIR,
          Errno.ENOTEMPTY,
          Errno.EINVAL,
          Errno.EPERM,
          Errno.ELOOP,
          Errno.ENODATA,
          DIRECTORY_ON_THE_MOVE);

  private static final String[] XATTRS = {"user.one", "trusted.two"};

  private final String who;
  private final FilePath root;
  private final Random random;
  private final PathHistory history;

  RandomChanges(String who, FilePath root, long seed, PathHistory history) {
    this.who = who;
    this.root = root;
    this.random = new Random(seed);
    this.history = history;
  }

  /** Makes one change, or tries to. */
  void next() {
    int choice = random.nextInt(100);
    if (choice < 24) {
      create();
    } else if (choice < 34) {
      overwrite();
    } else if (choice < 40) {
      truncate();
    } else if (choice < 48) {
      changeAttributes();
    } else if (choice < 62) {
      rename();
    } else if (choice < 76) {
      Bytes path = path();
      told("unlink", path, Posix.unlink(at(path)));
    } else if (choice < 81) {
      Bytes path = path();
      told("mkdir", path, Posix.mkdir(at(path), 0700 + random.nextInt(0100)));
    } else if (choice < 86) {
      Bytes path = path();
      told("rmdir", path, Posix.rmdir(at(path)));
    } else if (choice < 90) {
      symlink();
    } else if (choice < 94) {
      link();
    } else {
      xattr();
    }
  }

  private void create() {
    Bytes path = path();
    int how = random.nextBoolean() ? Posix.O_EXCL : Posix.O_TRUNC;
    byte[] contents = contents();
    long fd = Posix.open(at(path), Posix.O_CREAT | Posix.O_WRONLY | how, 0600 + random.nextInt(8));
    told("create " + contents.length, path, fd < 0 ? fd : written(fd, contents, 0));
  }

  private void overwrite() {
    Bytes path = path();
    byte[] contents = contents();
    boolean append = random.nextBoolean();
    int flags = Posix.O_WRONLY | Posix.O_NONBLOCK | (append ? Posix.O_APPEND : 0);
    long offset = append ? 0 : random.nextInt(6000);
    long fd = Posix.open(at(path), flags);
    String what = append ? "append " : "write at " + offset + " ";
    told(what + contents.length, path, fd < 0 ? fd : written(fd, contents, offset));
  }

  /** Writes and closes. */
  private static long written(long fd, byte[] contents, long offset) {
    long written = contents.length == 0 ? 0 : Posix.pwrite(fd, contents, offset);
    long closed = Posix.close(fd);
    return written < 0 ? written : closed;
  }

  private void truncate() {
    Bytes path = path();
    int size = random.nextInt(10) == 0 ? random.nextInt(2_000_000) : random.nextInt(9000);
    told("truncate to " + size, path, Posix.truncate(at(path), size));
  }

  private void changeAttributes() {
    Bytes path = path();
    switch (random.nextInt(4)) {
      case 0 -> {
        int owner = random.nextInt(3);
        told("lchown " + owner, path, Posix.lchown(at(path), owner, -1));
      }
      case 1 -> {
        long[] times = {random.nextInt(), 0, random.nextInt(1 << 30), random.nextInt(1 << 29)};
        told("utimens " + Arrays.toString(times), path, Posix.utimens(at(path), times));
      }
      default -> {
        int mode = random.nextInt(01000);
        told("chmod " + Integer.toOctalString(mode), path, Posix.chmod(at(path), mode));
      }
    }
  }

  private void rename() {
    Bytes from = path();
    Bytes to = path();
    long result = Posix.rename(at(from), at(to));
    told("rename to " + FilePath.printable(to), from, result);
    told("rename from " + FilePath.printable(from), to, result);
  }

  private void link() {
    Bytes from = path();
    Bytes to = path();
    told("link of " + FilePath.printable(from), to, Posix.link(at(from), at(to)));
  }

  private void symlink() {
    Bytes path = path();
    Bytes target = Bytes.utf8("n" + random.nextInt(20));
    told("symlink to " + FilePath.printable(target), path, Posix.symlink(target, at(path)));
  }

  private void xattr() {
    Bytes path = path();
    String name = XATTRS[random.nextInt(XATTRS.length)];
    if (random.nextInt(3) == 0) {
      told("removexattr " + name, path, Posix.removeXattr(at(path), name));
    } else {
      byte[] value = new byte[random.nextInt(40)];
      random.nextBytes(value);
      told("setxattr " + name, path, Posix.setXattr(at(path), name, value, 0));
    }
  }

  private void told(String change, Bytes path, long result) {
    history.add(path, who + ": " + change + " = " + Posix.describe(result));
    if (result < 0 && !EXPECTED.contains(Errno.valueOf(-result))) {
      throw new AssertionError(
          who + ": " + change + " of " + FilePath.printable(path) + ": " + Posix.describe(result));
    }
  }

  private Bytes path() {
    return SharedNames.random(random);
  }

  private FilePath at(Bytes path) {
    return root.resolve(path);
  }

  /** Empty, in a record, in one blob, and now and then in several. */
  private byte[] contents() {
    int length =
        switch (random.nextInt(40)) {
          case 0 -> random.nextInt(2_500_000);
          case 1, 2, 3 -> random.nextInt(100_000);
          case 4, 5, 6 -> 0;
          default -> random.nextInt(8192);
        };
    byte[] contents = new byte[length];
    random.nextBytes(contents);
    return contents;
  }
}
