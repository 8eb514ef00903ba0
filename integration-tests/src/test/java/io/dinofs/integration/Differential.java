package io.dinofs.integration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.dinofs.model.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Does random steps on one of two mounts and on a plain directory, and compares. */
final class Differential {
  private static final int STEPS_SHOWN = 25;

  private final long seed;
  private final Random random;
  private final Side[] mounts;
  private final Side plain;
  private final RandomSteps steps;
  private final TimeRules times;

  // Used by one thread.
  private final Deque<String> history = new ArrayDeque<>();

  Differential(long seed, Side one, Side other, Side plain, boolean plainTimesAreFine) {
    this.seed = seed;
    this.random = new Random(seed);
    this.mounts = new Side[] {one, other};
    this.plain = plain;
    this.steps = new RandomSteps(random, plain);
    this.times = new TimeRules(plainTimesAreFine);
  }

  void run(int operations) {
    for (int number = 0; number < operations; number++) {
      step(number);
    }
    for (Side side : List.of(mounts[0], mounts[1], plain)) {
      side.closeAll();
    }
    for (Side mount : mounts) {
      compareTrees(mount, Bytes.EMPTY);
    }
  }

  private void step(int number) {
    Step step = steps.next();
    int chosen = step.mount().orElse(random.nextInt(2));
    Side mount = mounts[chosen];
    Side other = mounts[1 - chosen];
    remember(number + " on " + mount + ": " + step);
    heat(step);
    Map<Bytes, TimeRules.Pair> before = watch(step, mount);
    long start = System.nanoTime();
    String done = step.on(mount);
    assertEquals(step.on(plain), done, () -> explain("what came of it"));
    long tookNanos = System.nanoTime() - start;
    remember("    " + done);
    compareWhatChanged(step, other);
    compareWhatChanged(step, mount);
    compareSomething();
    checkTimes(step, before, watch(step, other), tookNanos);
  }

  /** Has both kernels cache what the step will change, absent names too. */
  private void heat(Step step) {
    for (Bytes path : step.paths()) {
      for (Side mount : mounts) {
        if (random.nextBoolean()) {
          compare(mount, path);
          compareEntries(mount, RandomPaths.parent(path));
        }
      }
    }
  }

  /** Whatever it is: another name of the same file, or something in a directory that has moved. */
  private void compareSomething() {
    compare(mounts[random.nextInt(2)], steps.somePath());
  }

  /** The paths and their directories. */
  private Map<Bytes, TimeRules.Pair> watch(Step step, Side mount) {
    Map<Bytes, TimeRules.Pair> watched = new LinkedHashMap<>();
    for (Bytes path : step.paths()) {
      for (Bytes touched : List.of(path, RandomPaths.parent(path))) {
        TimeRules.Pair.of(plain.path(touched), mount.path(touched))
            .ifPresent(pair -> watched.put(touched, pair));
      }
    }
    return watched;
  }

  /** At once, above all on the mount that has not done the step. */
  private void compareWhatChanged(Step step, Side mount) {
    for (Bytes path : step.paths()) {
      compare(mount, path);
      Bytes parent = RandomPaths.parent(path);
      compareStatus(mount, parent);
      if (random.nextInt(3) == 0) {
        compareEntries(mount, parent);
      }
    }
  }

  private void compareEntries(Side mount, Bytes directory) {
    assertEquals(
        Observation.entries(plain.path(directory)),
        Observation.entries(mount.path(directory)),
        () -> explain("entries of " + FilePath.printable(directory) + " on " + mount));
  }

  private void checkTimes(
      Step step,
      Map<Bytes, TimeRules.Pair> before,
      Map<Bytes, TimeRules.Pair> after,
      long tookNanos) {
    after.forEach(
        (path, pair) -> {
          if (step.description().startsWith("utimens")) {
            times.timesWereSet(pair);
          }
          Optional<String> wrong = times.check(pair);
          // A truncation to the same size need not be told to the file system, nor need it change a
          // time.
          if (wrong.isEmpty()
              && before.containsKey(path)
              && !step.description().contains("trunc")
              && !step.description().startsWith("utimens")) {
            wrong = times.check(before.get(path), pair, tookNanos);
          }
          assertEquals(
              Optional.empty(), wrong, () -> explain("times of " + FilePath.printable(path)));
        });
  }

  /** Status, xattrs, and what is in it. */
  private FileStatus compare(Side mount, Bytes path) {
    compareStatus(mount, path);
    FilePath expected = plain.path(path);
    FilePath found = mount.path(path);
    List<FileStatus> status = new ArrayList<>();
    if (Posix.lstat(expected, status) < 0) {
      return null;
    }
    assertEquals(
        Observation.xattrs(expected),
        Observation.xattrs(found),
        () -> explain("xattrs of " + FilePath.printable(path) + " on " + mount));
    if (status.get(0).isRegular()) {
      assertEquals(
          Observation.contents(expected),
          Observation.contents(found),
          () -> explain("contents of " + FilePath.printable(path) + " on " + mount));
    } else if (status.get(0).type() == FileStatus.SYMLINK) {
      assertEquals(
          Observation.target(expected),
          Observation.target(found),
          () -> explain("target of " + FilePath.printable(path) + " on " + mount));
    }
    return status.get(0);
  }

  private void compareStatus(Side mount, Bytes path) {
    assertEquals(
        Observation.status(plain.path(path)),
        Observation.status(mount.path(path)),
        () -> explain("status of " + FilePath.printable(path) + " on " + mount));
  }

  private void compareTrees(Side mount, Bytes directory) {
    compareEntries(mount, directory);
    List<Posix.Entry> entries = new ArrayList<>();
    Posix.readDirectory(mount.path(directory), entries);
    for (Posix.Entry entry : entries) {
      String name = FilePath.latin1(entry.name());
      if (name.equals(".") || name.equals("..")) {
        continue;
      }
      Bytes path = RandomPaths.join(directory, entry.name());
      boolean descend = compare(mount, path).isDirectory();
      TimeRules.Pair pair = TimeRules.Pair.of(plain.path(path), mount.path(path)).orElseThrow();
      assertEquals(entry.inode(), pair.mounted().inode(), () -> explain("d_ino of " + name));
      assertEquals(Optional.empty(), times.check(pair), () -> explain("times of " + name));
      if (descend) {
        compareTrees(mount, path);
      }
    }
  }

  private void remember(String line) {
    history.add(line.length() <= 600 ? line : line.substring(0, 600) + "...");
    if (history.size() > 2 * STEPS_SHOWN) {
      history.remove();
    }
  }

  private String explain(String what) {
    return what + "; seed " + seed + "; the last steps:\n" + String.join("\n", history) + "\n";
  }
}
