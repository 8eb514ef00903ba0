package io.dinofs.metadataserver;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the metrics at {@code /metrics} in Prometheus' text format, in a thread of its own:
 * whoever reads them slowly holds up nobody but others who read them.
 */
final class MetricsPage implements AutoCloseable {
  private static final int OK = 200;
  private static final int BACKLOG = 16;

  private final PrometheusMeterRegistry registry;
  private final HttpServer server;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(new DefaultThreadFactory("metrics", true));

  private MetricsPage(PrometheusMeterRegistry registry, HttpServer server) {
    this.registry = registry;
    this.server = server;
    server.createContext("/metrics", this::answer);
    server.setExecutor(thread);
    server.start();
  }

  /** A registry with what every program tells of itself. */
  static PrometheusMeterRegistry newRegistry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }

  /**
   * @throws DinofsException BUSY if it can't listen there
   */
  static MetricsPage serve(PrometheusMeterRegistry registry, InetSocketAddress address)
      throws DinofsException {
    try {
      return new MetricsPage(registry, HttpServer.create(address, BACKLOG));
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.BUSY, "cannot serve metrics on " + address + ": " + e.getMessage(), e);
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] page = registry.scrape().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(OK, page.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(page);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdown();
  }
}
