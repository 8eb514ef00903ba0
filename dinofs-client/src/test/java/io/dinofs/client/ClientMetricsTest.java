package io.dinofs.client;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClientMetricsTest {
  private static final int REQUESTS = 100_000;

  @Test
  void eachKindOfRequestHasItsHistogram() {
    ClientMetrics metrics = new ClientMetrics();
    metrics.handled("getattr", TimeUnit.MICROSECONDS.toNanos(20));
    metrics.handled("getattr", TimeUnit.MILLISECONDS.toNanos(2));
    metrics.handled("write", TimeUnit.SECONDS.toNanos(4));
    String page = metrics.page();
    assertTrue(page.contains("dinofs_request_seconds_count{operation=\"getattr\"} 2"), page);
    assertTrue(
        page.contains("dinofs_request_seconds_bucket{operation=\"getattr\",le=\"3.0E-5\"} 1"),
        page);
    assertTrue(
        page.contains("dinofs_request_seconds_bucket{operation=\"getattr\",le=\"0.003\"} 2"), page);
    assertTrue(page.contains("dinofs_request_seconds_sum{operation=\"write\"} 4"), page);
    assertTrue(page.contains("jvm_memory_used_bytes"), page);
  }

  /** What is allocated for each of so many requests would soon have to be collected. */
  @Test
  void aRequestThatIsCountedAllocatesNothing() {
    ClientMetrics metrics = new ClientMetrics();
    count(metrics, REQUESTS); // what is made once
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    count(metrics, REQUESTS);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < REQUESTS, bytes + " bytes for " + REQUESTS + " requests");
  }

  private static void count(ClientMetrics metrics, int requests) {
    for (int i = 0; i < requests; i++) {
      metrics.handled(i % 2 == 0 ? "lookup" : "getattr", 10_000 + i);
    }
  }
}
