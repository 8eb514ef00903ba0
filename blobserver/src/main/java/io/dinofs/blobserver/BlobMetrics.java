package io.dinofs.blobserver;

import io.dinofs.observe.ProgramMetrics;
import io.dinofs.observe.SlowLog;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long requests take, and how many there are, in Prometheus' text format. Safe for any number
 * of threads.
 */
final class BlobMetrics {
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Duration LEAST = Duration.ofNanos(50_000);
  private static final Duration MOST = Duration.ofMinutes(1);

  private final ProgramMetrics program = new ProgramMetrics();
  private final SlowLog slow = new SlowLog(SLOW);

  /**
   * A request is answered to the last byte.
   *
   * @param what the request, for the log
   */
  void answered(
      RequestKind kind, HttpResponseStatus status, long tookNanos, Supplier<String> what) {
    Timer.builder("dinofs.blob.request")
        .description("From a request's head to the last byte of its answer")
        .tag("kind", kind.toString())
        .tag("status", Integer.toString(status.code()))
        .publishPercentileHistogram()
        .minimumExpectedValue(LEAST)
        .maximumExpectedValue(MOST)
        .register(program.registry())
        .record(tookNanos, TimeUnit.NANOSECONDS);
    if (kind != RequestKind.GET_OR_WAIT) {
      slow.ended(tookNanos, what);
    }
  }

  /** A figure that is asked for when the metrics are read. */
  void gauge(String name, String description, Supplier<Number> value) {
    program.gauge(name, description, value);
  }

  /** All of them. */
  String page() {
    return program.page();
  }
}
