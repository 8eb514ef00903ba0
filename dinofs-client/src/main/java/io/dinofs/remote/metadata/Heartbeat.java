package io.dinofs.remote.metadata;

import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.wire.Message;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings the server three times a lease, and closes a connection over which nothing has come, or
 * nothing has gone that was to, for a lease; that frees every thread that is stuck in it.
 */
final class Heartbeat implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);
  private static final int PINGS_PER_LEASE = 3;

  /** The server does not answer a node that it does not trust. */
  private static final int MAX_UNANSWERED = 1024;

  private final LongSupplier tags;

  /** One to send, and one to watch over it. */
  private final ScheduledExecutorService timers =
      Executors.newScheduledThreadPool(2, new DaemonThreads("metadata-heartbeat"));

  /** When what is not answered yet was sent, by tag. */
  private final ConcurrentMap<Long, Moment> sent = new ConcurrentHashMap<>();

  private volatile long heardNanos;
  private Future<?> pinging; // guarded by this
  private Future<?> watching; // guarded by this

  Heartbeat(LongSupplier tags) {
    this.tags = tags;
  }

  /** From now on closes {@code link} when nothing has come for {@code limitNanos}. */
  synchronized void watch(Link link, long limitNanos) {
    stop();
    heardNanos = System.nanoTime();
    long period = limitNanos / PINGS_PER_LEASE;
    watching =
        timers.scheduleWithFixedDelay(
            () -> check(link, limitNanos), period, period, TimeUnit.NANOSECONDS);
  }

  /** From now on pings, too. */
  synchronized void start(Link link, long leaseNanos) {
    watch(link, leaseNanos);
    long period = leaseNanos / PINGS_PER_LEASE;
    pinging = timers.scheduleWithFixedDelay(() -> ping(link), period, period, TimeUnit.NANOSECONDS);
  }

  /** The connection is gone. */
  synchronized void stop() {
    if (pinging != null) {
      pinging.cancel(false);
    }
    if (watching != null) {
      watching.cancel(false);
    }
    sent.clear();
  }

  private void check(Link link, long limitNanos) {
    long silentNanos = System.nanoTime() - heardNanos;
    if (link.stuckNanos() > limitNanos) {
      log.warn("the metadata server does not read what it is sent, the connection is closed");
      link.close();
    } else if (silentNanos > limitNanos) {
      log.debug("nothing was heard for {} ms", TimeUnit.NANOSECONDS.toMillis(silentNanos));
      link.close();
    }
  }

  /** Asks the server for a sign of life. */
  void ping(Link link) {
    long tag = tags.getAsLong();
    sent(tag);
    try {
      if (!link.trySend(new Message.Ping(tag))) {
        sent.remove(tag);
      }
    } catch (DinofsException e) {
      log.debug("cannot ping: {}", e.getMessage());
      link.close();
    }
  }

  /** A message goes out now, whose answer renews the lease. */
  void sent(long tag) {
    if (sent.size() >= MAX_UNANSWERED) {
      sent.clear(); // an answer to one of them comes to nothing then, and there will be others
    }
    sent.put(tag, Moment.now());
  }

  /** When the message that is answered now went out; empty if it is not known. */
  Optional<Moment> answered(long tag) {
    return Optional.ofNullable(sent.remove(tag));
  }

  /** Something came. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  @Override
  public void close() {
    timers.shutdownNow();
  }
}
