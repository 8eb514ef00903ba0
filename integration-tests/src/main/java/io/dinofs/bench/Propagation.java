package io.dinofs.bench;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * How soon a change made through one mount is seen through another.
 *
 * <p>Each round looks at the old state through the second mount, so that its caches hold it, makes
 * the change through the first, and from the moment that has returned asks the second until it
 * answers with the new state.
 */
final class Propagation {
  private static final int ROUNDS = 200;
  private static final long NEVER_NANOS = TimeUnit.SECONDS.toNanos(5);
  // A file system that sees changes late would otherwise be measured for an hour.
  private static final long KIND_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long POLL_PAUSE_NANOS = 20_000;
  private static final double NANOS_PER_MILLI = 1e6;

  private Propagation() {}

  /** A kind of change, made in one directory and looked for in the other. */
  private interface Change {
    /** Brings the state of this round about; the first round is 1. */
    void make(int round) throws IOException;

    /** Whether the state of this round is seen; round 0 is the state before any change. */
    boolean seen(int round) throws IOException;
  }

  /** What came out for one kind: of {@code rounds} changes, {@code neverSeen} not within 5 s. */
  record Result(String change, int rounds, double p50Millis, double p99Millis, int neverSeen) {}

  static List<Result> measure(Path first, Path second) throws IOException {
    try (WorkDirectory work = WorkDirectory.in(first)) {
      Path here = work.path();
      Path there = second.resolve(here.getFileName());
      List<Result> results = new ArrayList<>();
      results.add(measure("contents", new Contents(here, there)));
      results.add(measure("mode", new Mode(here, there)));
      results.add(measure("name", new Name(here, there)));
      results.add(measure("existence", new Existence(here, there)));
      return results;
    }
  }

  private static Result measure(String name, Change change) throws IOException {
    long end = System.nanoTime() + KIND_LIMIT_NANOS;
    LongStream.Builder seenAfterNanos = LongStream.builder();
    int rounds = 0;
    int neverSeen = 0;
    nanosUntilSeen(change, 0);
    while (rounds < ROUNDS && System.nanoTime() < end) {
      change.seen(rounds);
      rounds++;
      change.make(rounds);
      long nanos = nanosUntilSeen(change, rounds);
      if (nanos > NEVER_NANOS) {
        neverSeen++;
      } else {
        seenAfterNanos.add(nanos);
      }
    }
    Percentiles percentiles = Percentiles.of(seenAfterNanos.build().toArray());
    return new Result(
        name,
        rounds,
        percentiles.at(50) / NANOS_PER_MILLI,
        percentiles.at(99) / NANOS_PER_MILLI,
        neverSeen);
  }

  private static long nanosUntilSeen(Change change, int round) throws IOException {
    long start = System.nanoTime();
    while (true) {
      boolean seen = change.seen(round);
      long nanos = System.nanoTime() - start;
      if (seen || nanos > NEVER_NANOS) {
        return nanos;
      }
      LockSupport.parkNanos(POLL_PAUSE_NANOS);
    }
  }

  private static boolean exists(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Overwrites a file in place, so that nothing but its contents and times tells. */
  private static final class Contents implements Change {
    private final Path here;
    private final Path there;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(Integer.BYTES);

    Contents(Path here, Path there) throws IOException {
      this.here = Files.createFile(here.resolve("contents"));
      this.there = there.resolve("contents");
      make(0);
    }

    @Override
    public void make(int round) throws IOException {
      try (FileChannel file = FileChannel.open(here, WRITE)) {
        Transfers.writeFully(file, buffer.clear().putInt(round).flip());
      }
    }

    @Override
    public boolean seen(int round) throws IOException {
      try (FileChannel file = FileChannel.open(there, READ)) {
        return file.read(buffer.clear()) == Integer.BYTES && buffer.getInt(0) == round;
      } catch (NoSuchFileException e) {
        return false;
      }
    }
  }

  private static final class Mode implements Change {
    private static final Set<PosixFilePermission> EVEN =
        PosixFilePermissions.fromString("rw-r--r--");
    private static final Set<PosixFilePermission> ODD =
        PosixFilePermissions.fromString("rw-------");

    private final Path here;
    private final Path there;

    Mode(Path here, Path there) throws IOException {
      this.here = Files.createFile(here.resolve("mode"));
      this.there = there.resolve("mode");
      make(0);
    }

    @Override
    public void make(int round) throws IOException {
      Files.setPosixFilePermissions(here, mode(round));
    }

    @Override
    public boolean seen(int round) throws IOException {
      try {
        return Files.getPosixFilePermissions(there).equals(mode(round));
      } catch (NoSuchFileException e) {
        return false;
      }
    }

    private static Set<PosixFilePermission> mode(int round) {
      return round % 2 == 0 ? EVEN : ODD;
    }
  }

  private static final class Name implements Change {
    private final Path here;
    private final Path there;

    Name(Path here, Path there) throws IOException {
      this.here = here;
      this.there = there;
      Files.createFile(here.resolve(name(0)));
    }

    @Override
    public void make(int round) throws IOException {
      Files.move(here.resolve(name(round - 1)), here.resolve(name(round)), ATOMIC_MOVE);
    }

    @Override
    public boolean seen(int round) throws IOException {
      return exists(there.resolve(name(round))) && !exists(there.resolve(name(round - 1)));
    }

    private static String name(int round) {
      return "name-" + Math.floorMod(round, 2);
    }
  }

  /** Creates a file and deletes it in turn, always under the same name. */
  private static final class Existence implements Change {
    private final Path here;
    private final Path there;

    Existence(Path here, Path there) {
      this.here = here.resolve("existence");
      this.there = there.resolve("existence");
    }

    @Override
    public void make(int round) throws IOException {
      if (exists(round)) {
        Files.createFile(here);
      } else {
        Files.delete(here);
      }
    }

    @Override
    public boolean seen(int round) throws IOException {
      return Propagation.exists(there) == exists(round);
    }

    private static boolean exists(int round) {
      return round % 2 == 1;
    }
  }
}
