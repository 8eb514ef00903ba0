package io.dinofs.client;

import io.dinofs.cache.CachingVersionedStore;
import io.dinofs.cache.blob.BlobCache;
import io.dinofs.fuse.RequestObserver;
import io.dinofs.model.DinofsException;
import io.dinofs.observe.ProgramMetrics;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a mount tells of itself in Prometheus' text format: how long each kind of request of the
 * kernel takes, and how connection, caches and uploads are. Safe for any number of threads.
 */
final class ClientMetrics implements RequestObserver {
  private static final Logger log = LoggerFactory.getLogger(ClientMetrics.class);

  /** Half a power of ten apart: from what is answered from memory to the longest time-out. */
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(10_000),
    Duration.ofNanos(30_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(300_000),
    Duration.ofMillis(1),
    Duration.ofMillis(3),
    Duration.ofMillis(10),
    Duration.ofMillis(30),
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
  };

  private final ProgramMetrics program = new ProgramMetrics();
  private final ConcurrentMap<String, Timer> requests = new ConcurrentHashMap<>();

  /** Looked at once for each page, since that takes a look at every pending file. */
  private volatile BlobCache.Usage usage = new BlobCache.Usage(0, 0, 0, 0, Optional.empty());

  /** Looks anew at what is behind {@link #usage}. */
  private volatile Runnable look = () -> {};

  ClientMetrics() {}

  /** All metrics as they are now. */
  String page() {
    look.run();
    return program.page();
  }

  @Override
  public void handled(String operation, long tookNanos) {
    Timer timer = requests.get(operation);
    if (timer == null) {
      timer = requests.computeIfAbsent(operation, this::newTimer);
    }
    timer.record(tookNanos, TimeUnit.NANOSECONDS);
  }

  private Timer newTimer(String operation) {
    return Timer.builder("dinofs.request")
        .description("From a request of the kernel to its answer")
        .tag("operation", operation)
        .serviceLevelObjectives(BOUNDS)
        .register(program.registry());
  }

  /** From now on tells how the connection is. */
  void showConnection(RemoteVersionedStore metadata) {
    program.gauge(
        "dinofs.connected",
        "Whether there is a connection to the metadata server",
        () -> metadata.state().connected() ? 1 : 0);
    program.counter(
        "dinofs.reconnects",
        "Connections to the metadata server after the first",
        () -> metadata.state().reconnects());
    program.gauge(
        "dinofs.newest.commit",
        "The newest commit that this node knows",
        () -> metadata.state().newest().value());
    program.gauge(
        "dinofs.lag.commits",
        "Commits that were told and are not applied yet",
        () -> metadata.state().lagCommits());
    program.gauge(
        "dinofs.lag.seconds",
        "Since the metadata server confirmed that this node was told of everything",
        () -> metadata.state().lag().map(lag -> lag.toMillis() / 1e3).orElse(Double.NaN));
    program.gauge("dinofs.locks", "Locks that this node holds", () -> metadata.state().locks());
  }

  /** From now on tells what the cache of records does. */
  void showRecords(CachingVersionedStore records) {
    String reads = "Reads of names and attributes: answered from memory, or not";
    program.counter(
        "dinofs.record.cache.reads", reads, () -> records.counts().hits(), "result", "hit");
    program.counter(
        "dinofs.record.cache.reads", reads, () -> records.counts().misses(), "result", "miss");
    program.gauge(
        "dinofs.record.cache.bytes",
        "About how much heap names and attributes take",
        records::cachedBytes);
    String commits = "Commits of this node";
    program.counter(
        "dinofs.commits", commits, () -> records.counts().commits(), "outcome", "accepted");
    program.counter("dinofs.commits", commits, () -> records.counts().stale(), "outcome", "stale");
    program.counter(
        "dinofs.pushes.applied",
        "Commits of other nodes that were taken in",
        () -> records.counts().pushes());
  }

  /** From now on tells what the cache of contents does. */
  void showBlobs(BlobCache blobs) {
    look = () -> look(blobs);
    String reads = "Openings of blobs: found on this machine, or not";
    program.counter("dinofs.blob.cache.reads", reads, blobs::hits, "result", "hit");
    program.counter("dinofs.blob.cache.reads", reads, blobs::misses, "result", "miss");
    program.gauge(
        "dinofs.blob.cache.bytes",
        "About how much room contents take on this machine",
        () -> usage.bytes());
    program.gauge(
        "dinofs.blob.cache.limit.bytes", "How much room they may take", () -> usage.limitBytes());
    program.gauge(
        "dinofs.pending.uploads",
        "Blobs that are not on the blob server yet",
        () -> usage.pendingBlobs());
    program.gauge(
        "dinofs.pending.upload.bytes", "How large they are together", () -> usage.pendingBytes());
  }

  private void look(BlobCache blobs) {
    try {
      usage = blobs.usage();
    } catch (DinofsException e) {
      log.debug("the cache cannot be looked at; its figures are old: {}", e.getMessage());
    }
  }
}
