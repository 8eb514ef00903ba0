package io.dinofs.integration;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must hold for mtimes: equal where they were set to a value, otherwise changed by the same
 * operations, never backwards, and about the same time of day.
 */
final class TimeRules {
  private static final long SLACK_NANOS = 10_000_000_000L;

  /**
   * Nodes guess the server's clock, so one may be behind the other; see {@link #check(Pair, Pair,
   * long)}.
   */
  private static final long CLOCK_ERROR_NANOS = 1_000_000_000;

  /** Of the inodes of the plain side; what they were last set to. */
  private final Map<Long, Long> setMtimes = new HashMap<>();

  private final boolean plainTimesAreFine;

  /**
   * @param plainTimesAreFine whether two changes of a plain file, with a stat in between, never
   *     have the same time
   */
  TimeRules(boolean plainTimesAreFine) {
    this.plainTimesAreFine = plainTimesAreFine;
  }

  /** Both sides of one path at one moment. */
  record Pair(FileStatus plain, FileStatus mounted) {
    static Optional<Pair> of(FilePath plain, FilePath mounted) {
      List<FileStatus> status = new ArrayList<>();
      if (Posix.lstat(plain, status) < 0 || Posix.lstat(mounted, status) < 0) {
        return Optional.empty();
      }
      return Optional.of(new Pair(status.get(0), status.get(1)));
    }
  }

  /** Remembers that a time was set to a value if it was. */
  void timesWereSet(Pair after) {
    if (after.plain().mtimeNanos() == after.mounted().mtimeNanos()) {
      setMtimes.put(after.plain().inode(), after.plain().mtimeNanos());
    }
  }

  /** What is wrong with a file now. */
  Optional<String> check(Pair now) {
    long plain = now.plain().mtimeNanos();
    long mounted = now.mounted().mtimeNanos();
    Long set = setMtimes.get(now.plain().inode());
    if (set != null && set == plain) {
      return mounted == plain
          ? Optional.empty()
          : Optional.of("mtime was set to " + plain + " but is " + mounted);
    }
    return Math.abs(plain - mounted) <= SLACK_NANOS
        ? Optional.empty()
        : Optional.of("mtime is " + mounted + ", on the plain side " + plain);
  }

  /**
   * What is wrong with how a file changed in an operation.
   *
   * @param tookNanos from before it was done on the mount until it was done on the plain side
   */
  Optional<String> check(Pair before, Pair after, long tookNanos) {
    if (before.plain().inode() != after.plain().inode()) {
      return Optional.empty();
    }
    long plainStep = after.plain().mtimeNanos() - before.plain().mtimeNanos();
    long mountedStep = after.mounted().mtimeNanos() - before.mounted().mtimeNanos();
    long age = after.plain().mtimeNanos() - after.mounted().mtimeNanos();
    if (plainStep > 0 && (mountedStep < 0 || age > CLOCK_ERROR_NANOS + tookNanos)) {
      return Optional.of("mtime should be later, but goes on by " + mountedStep + " ns");
    }
    if (plainStep == 0 && mountedStep != 0 && plainTimesAreFine) {
      return Optional.of("mtime should not change, but goes on by " + mountedStep + " ns");
    }
    return Optional.empty();
  }
}
