package io.dinofs.metadataserver;

import io.dinofs.model.Commit;
import io.dinofs.observe.SlowLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long what clients ask for takes, and how much of it there is; and a line in the log for what
 * takes very long. Safe for any number of threads.
 */
public final class ServerMetrics {
  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final Duration LEAST = Duration.ofNanos(50_000);
  private static final Duration MOST = Duration.ofSeconds(30);

  private final MeterRegistry registry;
  private final SlowLog slow;
  private final Timer accepted;
  private final Timer stale;
  private final Timer refused;
  private final Timer gets;
  private final Timer lists;
  private final Timer scans;
  private final DistributionSummary groups;
  private final Counter pushes;

  /**
   * @param slow an operation that takes so long is told in the log
   */
  public ServerMetrics(MeterRegistry registry, Duration slow) {
    this.registry = registry;
    this.slow = new SlowLog(slow);
    this.accepted = commits("accepted");
    this.stale = commits("stale");
    this.refused = commits("refused");
    this.gets = reads("get");
    this.lists = reads("list");
    this.scans = reads("scan");
    this.groups =
        DistributionSummary.builder("dinofs.commit.group")
            .description("Commits that were made durable by one write")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
            .register(registry);
    this.pushes =
        Counter.builder("dinofs.pushes")
            .description("Commits that were told to nodes, once for each node")
            .register(registry);
  }

  /** Metrics that nobody reads; slow operations are told. */
  public static ServerMetrics unread() {
    return new ServerMetrics(new CompositeMeterRegistry(), SLOW);
  }

  private Timer commits(String outcome) {
    return histogram(
        Timer.builder("dinofs.commit")
            .description("From a commit's arrival to its answer, strict nodes included")
            .tag("outcome", outcome));
  }

  private Timer reads(String kind) {
    return histogram(
        Timer.builder("dinofs.read").description("Reading the store").tag("kind", kind));
  }

  private Timer histogram(Timer.Builder builder) {
    return builder
        .publishPercentileHistogram()
        .minimumExpectedValue(LEAST)
        .maximumExpectedValue(MOST)
        .register(registry);
  }

  /** What became of a commit. */
  enum Outcome {
    ACCEPTED,
    STALE,
    REFUSED
  }

  /** A commit is answered. */
  void committed(Connection connection, Commit commit, Outcome outcome, long sinceNanos) {
    Timer timer =
        switch (outcome) {
          case ACCEPTED -> accepted;
          case STALE -> stale;
          case REFUSED -> refused;
        };
    ended(
        timer,
        sinceNanos,
        () ->
            "commit %s of %s, %d changes, first %s"
                .formatted(
                    commit.id(),
                    connection,
                    commit.mutations().size(),
                    commit.mutations().get(0).key()));
  }

  /** So many commits were written together. */
  void wrote(int commits) {
    groups.record(commits);
  }

  /** A commit was told to so many nodes. */
  void pushed(int nodes) {
    pushes.increment(nodes);
  }

  void got(long sinceNanos, Supplier<String> what) {
    ended(gets, sinceNanos, what);
  }

  void listed(long sinceNanos, Supplier<String> what) {
    ended(lists, sinceNanos, what);
  }

  void scanned(long sinceNanos, Supplier<String> what) {
    ended(scans, sinceNanos, what);
  }

  private void ended(Timer timer, long sinceNanos, Supplier<String> what) {
    long tookNanos = System.nanoTime() - sinceNanos;
    timer.record(tookNanos, TimeUnit.NANOSECONDS);
    slow.ended(tookNanos, what);
  }

  /** A figure that is asked for when the metrics are read. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }
}
