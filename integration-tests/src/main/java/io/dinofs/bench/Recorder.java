package io.dinofs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Times work and keeps the results in order. */
final class Recorder {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BYTES_PER_MB = 1e6;

  /** The unit of a time, of which less is better. */
  static final String SECONDS = "s";

  private final List<Measurement> measurements = new ArrayList<>();

  /** One result, such as {@code create 1200 /s}. */
  record Measurement(String name, double value, String unit) {}

  /** A loop to be timed as a whole. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  void operations(String name, int count, Work work) throws IOException {
    add(name, count / seconds(work), "/s");
  }

  void throughput(String name, long bytes, Work work) throws IOException {
    add(name, bytes / BYTES_PER_MB / seconds(work), "MB/s");
  }

  /** The time of something as a whole. */
  void seconds(String name, Work work) throws IOException {
    add(name, seconds(work), SECONDS);
  }

  List<Measurement> measurements() {
    return List.copyOf(measurements);
  }

  private void add(String name, double value, String unit) {
    measurements.add(new Measurement(name, value, unit));
  }

  private static double seconds(Work work) throws IOException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }
}
