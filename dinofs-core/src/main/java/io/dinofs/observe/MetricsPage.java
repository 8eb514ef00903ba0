package io.dinofs.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dinofs.model.DaemonThreads;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Serves the metrics at {@code /metrics} in Prometheus' text format, in a thread of its own:
 * whoever reads them slowly holds up nobody but others who read them.
 */
public final class MetricsPage implements AutoCloseable {
  private static final int OK = 200;
  private static final int BACKLOG = 16;

  private final Supplier<String> page;
  private final HttpServer server;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(new DaemonThreads("metrics"));

  private MetricsPage(Supplier<String> page, HttpServer server) {
    this.page = page;
    this.server = server;
    server.createContext("/metrics", this::answer);
    server.setExecutor(thread);
    server.start();
  }

  /**
   * Serves what {@code page} says at the time, until this is closed.
   *
   * @throws DinofsException BUSY if it can't listen there, INVALID if there is no such host
   */
  public static MetricsPage serve(Supplier<String> page, InetSocketAddress address)
      throws DinofsException {
    if (address.isUnresolved()) {
      throw new DinofsException(ErrorKind.INVALID, "unknown host: " + address.getHostString());
    }
    try {
      return new MetricsPage(page, HttpServer.create(address, BACKLOG));
    } catch (IOException e) {
      throw new DinofsException(
          ErrorKind.BUSY, "cannot serve metrics on " + address + ": " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] text = page.get().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(OK, text.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdown();
  }
}
