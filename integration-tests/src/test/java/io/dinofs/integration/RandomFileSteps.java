package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.LongFunction;
import jnr.constants.platform.Errno;

/** Random operations on contents, some through files that stay open from one step to the next. */
final class RandomFileSteps {
  private static final int MOST_OPEN = 6;
  private static final int LARGEST_BYTES = 3 << 20;

  private final Random random;
  private final RandomPaths paths;
  private final Side plain;

  // Used by one thread.
  private final List<OpenFile> open = new ArrayList<>();
  private int handles;

  RandomFileSteps(Random random, RandomPaths paths, Side plain) {
    this.random = random;
    this.paths = paths;
    this.plain = plain;
  }

  /** A file that stays open on one of the mounts and on the plain side. */
  private record OpenFile(int handle, int mount) {
    @Override
    public String toString() {
      return "file " + handle;
    }
  }

  /** Something done to an open file, in words, and what came of it. */
  private record FileAction(String description, LongFunction<String> action) {
    @Override
    public String toString() {
      return description;
    }
  }

  Step next() {
    open.removeIf(file -> !plain.holds(file.handle()));
    int choice = random.nextInt(40);
    if (choice < 8) {
      return truncate();
    } else if (choice < 12 && open.size() < MOST_OPEN) {
      return keepOpen();
    } else if (choice < 24 && !open.isEmpty()) {
      OpenFile file = open.get(random.nextInt(open.size()));
      return random.nextInt(6) == 0 ? closeKept(file) : useKept(file);
    } else {
      return openUseAndClose();
    }
  }

  private Step truncate() {
    Bytes path = paths.file();
    long size = offset();
    return new Step(
        "truncate " + FilePath.printable(path) + " to " + size,
        OptionalInt.empty(),
        List.of(path),
        0,
        0,
        side -> Posix.describe(Posix.truncate(side.path(path), size)));
  }

  private Step openUseAndClose() {
    Bytes path = random.nextInt(3) == 0 ? paths.any() : paths.file();
    int flags = flags();
    List<FileAction> actions = actions();
    return new Step(
        "open " + FilePath.printable(path) + " flags " + Integer.toOctalString(flags) + actions,
        OptionalInt.empty(),
        List.of(path),
        0,
        0,
        side -> {
          long fd = openUnlessDevice(side.path(path), flags);
          if (fd < 0) {
            return Posix.describe(fd);
          }
          return perform(actions, fd) + Posix.describe(Posix.close(fd));
        });
  }

  private Step keepOpen() {
    Bytes path = paths.file();
    int flags = flags();
    int mount = mountThatHas(path).orElse(random.nextInt(2));
    OpenFile file = new OpenFile(handles++, mount);
    open.add(file);
    return new Step(
        "open " + FilePath.printable(path) + " " + Integer.toOctalString(flags) + " as " + file,
        OptionalInt.of(mount),
        List.of(path),
        0,
        0,
        side -> {
          long fd = openUnlessDevice(side.path(path), flags);
          if (fd >= 0) {
            side.keepOpen(file.handle(), fd);
          }
          return fd < 0 ? Posix.describe(fd) : Observation.status(fd);
        });
  }

  private Step useKept(OpenFile file) {
    List<FileAction> actions = actions();
    return new Step(
        file + " " + actions,
        OptionalInt.of(file.mount()),
        List.of(),
        0,
        0,
        side -> {
          long fd = side.descriptor(file.handle());
          return perform(actions, fd) + Posix.describe(side.publish(fd));
        });
  }

  private static Step closeKept(OpenFile file) {
    return new Step(
        "close " + file,
        OptionalInt.of(file.mount()),
        List.of(),
        0,
        0,
        side -> Posix.describe(side.close(file.handle())));
  }

  /**
   * The mount on which this file is open already: when it has lost its last name, what is written
   * through one of its descriptors is seen by those of the same node only.
   */
  private OptionalInt mountThatHas(Bytes path) {
    List<FileStatus> status = new ArrayList<>();
    if (Posix.stat(plain.path(path), status) < 0) {
      return OptionalInt.empty();
    }
    for (OpenFile file : open) {
      List<FileStatus> opened = new ArrayList<>();
      if (Posix.fstat(plain.descriptor(file.handle()), opened) == 0
          && opened.get(0).inode() == status.get(0).inode()) {
        return OptionalInt.of(file.mount());
      }
    }
    return OptionalInt.empty();
  }

  /** Devices of a FUSE mount cannot be opened, by option nodev. */
  private static long openUnlessDevice(FilePath path, int flags) {
    List<FileStatus> status = new ArrayList<>();
    if (Posix.stat(path, status) == 0 && status.get(0).isDevice()) {
      return Posix.error(Errno.ENXIO);
    }
    return Posix.open(path, flags, 0666);
  }

  private static String perform(List<FileAction> actions, long fd) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.fstat(fd, status);
    if (result < 0 || !status.get(0).isRegular()) {
      return Observation.status(fd) + "; ";
    }
    StringBuilder outcome = new StringBuilder();
    for (FileAction action : actions) {
      outcome.append(action.action().apply(fd)).append("; ");
    }
    return outcome.append(Observation.status(fd)).append("; ").toString();
  }

  private List<FileAction> actions() {
    List<FileAction> actions = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      actions.add(action());
    }
    return actions;
  }

  private FileAction action() {
    long offset = offset();
    int count = count();
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 ->
          new FileAction(
              "pwrite " + count + " at " + offset,
              fd -> Posix.describe(Posix.pwrite(fd, bytes, offset)));
      case 3 -> new FileAction("write " + count, fd -> Posix.describe(Posix.write(fd, bytes)));
      case 4 ->
          new FileAction("ftruncate " + offset, fd -> Posix.describe(Posix.ftruncate(fd, offset)));
      case 5 -> new FileAction("fstat", Observation::status);
      case 6 -> new FileAction("read all", fd -> Observation.contents(fd, 0, Long.MAX_VALUE));
      default ->
          new FileAction(
              "pread " + count + " at " + offset, fd -> Observation.contents(fd, offset, count));
    };
  }

  private int flags() {
    int flags = Posix.O_NONBLOCK | random.nextInt(3);
    flags |= random.nextInt(2) == 0 ? Posix.O_CREAT : 0;
    flags |= random.nextInt(8) == 0 ? Posix.O_EXCL & (flags << 1) : 0;
    flags |= random.nextInt(8) == 0 ? Posix.O_TRUNC : 0;
    flags |= random.nextInt(4) == 0 ? Posix.O_APPEND : 0;
    return flags;
  }

  /** Mostly small, now and then beyond a megabyte. */
  private long offset() {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextInt(LARGEST_BYTES);
      case 1, 2 -> random.nextInt(300_000);
      case 3, 4, 5 -> 0;
      case 6, 7 -> 4096L * random.nextInt(10);
      default -> random.nextInt(10_000);
    };
  }

  private int count() {
    return switch (random.nextInt(20)) {
      case 0 -> random.nextInt(1_500_000);
      case 1, 2 -> random.nextInt(200_000);
      case 3 -> 0;
      default -> 1 + random.nextInt(5_000);
    };
  }
}
