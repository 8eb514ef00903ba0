package io.dinofs.store.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before a server, and lets requests fail as the test wants. */
final class FaultyGate implements AutoCloseable {
  private static final Set<String> HOP_BY_HOP = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    HOP_BY_HOP.addAll(Set.of("Host", "Connection", "Content-Length", "Expect", "Upgrade"));
    HOP_BY_HOP.addAll(Set.of("HTTP2-Settings", "Transfer-Encoding", "Keep-Alive"));
  }

  /** What a request meets. */
  enum Fault {
    ERROR_500,
    ERROR_503,
    /** The request is carried out, and the connection is cut before the answer. */
    LOST_ANSWER,
    NO_ANSWER
  }

  private final URI server;
  private final HttpServer gate;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch end = new CountDownLatch(1);
  private Fault fault; // guarded by this
  private int faults; // guarded by this
  private int requests; // guarded by this

  FaultyGate(URI server) throws IOException {
    this.server = server;
    gate = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.setExecutor(threads);
    gate.createContext("/", this::handle);
    gate.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + gate.getAddress().getPort());
  }

  /** The next requests meet the fault. */
  synchronized void failNext(int count, Fault what) {
    fault = what;
    faults = count;
    requests = 0;
  }

  /** Requests since the last {@link #failNext}. */
  synchronized int requests() {
    return requests;
  }

  private synchronized Fault nextFault() {
    requests++;
    return faults-- > 0 ? fault : null;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Fault met = nextFault();
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (exchange) {
      if (met == Fault.ERROR_500 || met == Fault.ERROR_503) {
        exchange.sendResponseHeaders(met == Fault.ERROR_500 ? 500 : 503, -1);
      } else if (met == Fault.NO_ANSWER) {
        end.await();
      } else {
        HttpResponse<byte[]> answer = forward(exchange, body);
        if (met == null) {
          answer(exchange, answer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer)
      throws IOException {
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    boolean empty = answer.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
    if (!empty) {
      exchange.getResponseBody().write(answer.body());
    }
  }

  @Override
  public void close() {
    end.countDown();
    gate.stop(0);
    threads.shutdownNow();
  }
}
