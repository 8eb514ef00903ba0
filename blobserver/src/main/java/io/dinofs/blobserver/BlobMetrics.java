package io.dinofs.blobserver;

import io.dinofs.observe.SlowLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SlowLog slow = new SlowLog(SLOW);

  BlobMetrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

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
        .register(registry)
        .record(tookNanos, TimeUnit.NANOSECONDS);
    if (kind != RequestKind.GET_OR_WAIT) {
      slow.ended(tookNanos, what);
    }
  }

  /** A figure that is asked for when the metrics are read. */
  void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** All of them. */
  String page() {
    return registry.scrape();
  }
}
