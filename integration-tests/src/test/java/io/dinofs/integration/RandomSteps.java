package io.dinofs.integration;

import io.dinofs.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Random operations on names and attributes, and those of {@link RandomFileSteps} on contents. */
final class RandomSteps {
  private static final List<String> XATTRS = List.of("user.one", "user.two", "trusted.three");
  private static final int[] UMASKS = {0, 027, 077};
  private static final int OTHER_USER = 1001;

  private final Random random;
  private final RandomPaths paths;
  private final RandomFileSteps files;
  private final boolean root = Posix.isRoot();

  RandomSteps(Random random, Side plain) {
    this.random = random;
    this.paths = new RandomPaths(random, plain);
    this.files = new RandomFileSteps(random, paths, plain);
  }

  /** The next step, which may depend on what exists now. */
  Step next() {
    if (random.nextInt(10) == 0) {
      paths.refresh();
    }
    Step step = choose();
    int user = root && random.nextInt(8) == 0 ? OTHER_USER : 0;
    int umask = random.nextInt(5) == 0 ? UMASKS[random.nextInt(UMASKS.length)] : 022;
    return new Step(step.description(), step.mount(), step.paths(), user, umask, step.action());
  }

  /** Of something that exists, or does not. */
  Bytes somePath() {
    return random.nextInt(4) == 0 ? paths.any() : paths.existing();
  }

  private Step choose() {
    int choice = random.nextInt(100);
    if (choice < 46) {
      return files.next();
    } else if (choice < 53) {
      return makeDirectory();
    } else if (choice < 63) {
      return rename();
    } else if (choice < 67) {
      return link();
    } else if (choice < 70) {
      return symlink();
    } else if (choice < 75) {
      return onPath(
          "unlink", random.nextInt(3) == 0 ? paths.file() : paths.existing(), Posix::unlink);
    } else if (choice < 79) {
      return onPath("rmdir", paths.existing(), Posix::rmdir);
    } else if (choice < 83) {
      return changeMode();
    } else if (choice < 87) {
      return changeOwner();
    } else if (choice < 91) {
      return changeTimes();
    } else if (choice < 93) {
      return makeNode();
    } else if (choice < 97) {
      return xattr();
    } else {
      return look();
    }
  }

  private Step makeDirectory() {
    int mode = mode();
    return onPath("mkdir " + Integer.toOctalString(mode), paths.any(), p -> Posix.mkdir(p, mode));
  }

  private Step rename() {
    Bytes from = random.nextBoolean() ? paths.existing() : paths.file();
    Bytes to = random.nextInt(3) == 0 ? paths.existing() : paths.any();
    return onTwoPaths(
        "rename", from, to, s -> Posix.describe(Posix.rename(s.path(from), s.path(to))));
  }

  private Step link() {
    Bytes from = paths.file();
    Bytes to = paths.any();
    return onTwoPaths("link", from, to, s -> Posix.describe(Posix.link(s.path(from), s.path(to))));
  }

  private Step symlink() {
    Bytes target = paths.target();
    return onPath(
        "symlink " + FilePath.printable(target), paths.any(), p -> Posix.symlink(target, p));
  }

  private Step changeMode() {
    int mode = mode();
    return onPath(
        "chmod " + Integer.toOctalString(mode), paths.existing(), p -> Posix.chmod(p, mode));
  }

  private Step changeOwner() {
    int uid = random.nextInt(3) == 0 ? -1 : random.nextInt(2) * OTHER_USER;
    int gid = random.nextInt(3) == 0 ? -1 : random.nextInt(2) * OTHER_USER;
    boolean follow = random.nextBoolean();
    return onPath(
        (follow ? "chown " : "lchown ") + uid + ":" + gid,
        paths.existing(),
        p -> follow ? Posix.chown(p, uid, gid) : Posix.lchown(p, uid, gid));
  }

  private Step changeTimes() {
    long[] times = new long[4];
    for (int i = 0; i < times.length; i += 2) {
      times[i] = random.nextInt(400_000_000) * 10L;
      times[i + 1] =
          switch (random.nextInt(6)) {
            case 0 -> Posix.UTIME_NOW;
            case 1 -> Posix.UTIME_OMIT;
            default -> random.nextInt(1_000_000_000);
          };
    }
    String description = "utimens " + times[0] + "." + times[1] + " " + times[2] + "." + times[3];
    return onPath(description, paths.existing(), p -> Posix.utimens(p, times));
  }

  private Step makeNode() {
    int mode = mode() & 0777;
    int minor = random.nextInt(1000);
    int type =
        switch (random.nextInt(5)) {
          case 0 -> FileStatus.CHARACTER_DEVICE;
          case 1 -> FileStatus.BLOCK_DEVICE;
          case 2 -> FileStatus.SOCKET;
          case 3 -> FileStatus.REGULAR;
          default -> FileStatus.FIFO;
        };
    // Major 0 is a device that cannot be opened by accident.
    return onPath(
        "mknod " + Integer.toOctalString(type | mode),
        paths.any(),
        p -> Posix.mknod(p, type | mode, 0, minor));
  }

  private Step xattr() {
    String name = XATTRS.get(random.nextInt(XATTRS.size()));
    byte[] value = new byte[random.nextInt(10) == 0 ? 0 : random.nextInt(100)];
    random.nextBytes(value);
    int flags = random.nextInt(3);
    Bytes path = paths.existing();
    return switch (random.nextInt(4)) {
      case 0 -> onPath("removexattr " + name, path, p -> Posix.removeXattr(p, name));
      case 1 ->
          new Step(
              "getxattr " + name + " " + FilePath.printable(path),
              OptionalInt.empty(),
              List.of(path),
              0,
              0,
              s -> Observation.xattr(s.path(path), name) + Observation.xattrs(s.path(path)));
      default ->
          onPath(
              "setxattr " + name + " flags " + flags + " " + value.length + " bytes",
              path,
              p -> Posix.setXattr(p, name, value, flags));
    };
  }

  private Step look() {
    Bytes path = random.nextBoolean() ? paths.existing() : paths.any();
    Function<Side, String> action =
        switch (random.nextInt(3)) {
          case 0 -> s -> Observation.entries(s.path(path));
          case 1 -> s -> Observation.target(s.path(path));
          default -> s -> following(s.path(path));
        };
    return new Step(
        "look at " + FilePath.printable(path), OptionalInt.empty(), List.of(path), 0, 0, action);
  }

  private static String following(FilePath path) {
    List<FileStatus> status = new ArrayList<>();
    long result = Posix.stat(path, status);
    return result < 0
        ? Posix.describe(result)
        : Integer.toOctalString(status.get(0).mode()) + " " + status.get(0).nlink();
  }

  /**
   * Mostly such that others can do something with it, too. Never set-group-ID without the group's
   * execute bit: at a write by others, plain file systems clear it and the kernel's FUSE does not.
   */
  private int mode() {
    return switch (random.nextInt(6)) {
      case 0 -> {
        int mode = random.nextInt(010000);
        yield (mode & 02010) == 02000 ? mode & ~02000 : mode;
      }
      case 1 -> 02775;
      case 2 -> 01777;
      case 3 -> 0700;
      default -> 0777;
    };
  }

  private static Step onPath(String what, Bytes path, ToLongFunction<FilePath> call) {
    return new Step(
        what + " " + FilePath.printable(path),
        OptionalInt.empty(),
        List.of(path),
        0,
        0,
        side -> Posix.describe(call.applyAsLong(side.path(path))));
  }

  private static Step onTwoPaths(String what, Bytes from, Bytes to, Function<Side, String> action) {
    return new Step(
        what + " " + FilePath.printable(from) + " to " + FilePath.printable(to),
        OptionalInt.empty(),
        List.of(from, to),
        0,
        0,
        action);
  }
}
