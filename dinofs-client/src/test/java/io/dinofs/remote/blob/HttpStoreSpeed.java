package io.dinofs.remote.blob;

import io.dinofs.model.BlobKey;
import io.dinofs.model.Bytes;
import io.dinofs.store.Key;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures a store against a blob server: its address is the only argument. Not a test. */
public final class HttpStoreSpeed {
  private final HttpStore store;
  private final Random random = new Random();

  private HttpStoreSpeed(HttpStore store) {
    this.store = store;
  }

  /** Measures and prints. */
  public static void main(String[] args) throws Exception {
    Duration limit = Duration.ofSeconds(30);
    try (HttpStore store =
        new HttpStore(new HttpStoreSettings(URI.create(args[0]), limit, limit, Duration.ZERO, 3))) {
      HttpStoreSpeed speed = new HttpStoreSpeed(store);
      for (int round = 0; round < 3; round++) {
        speed.measure("4 KiB, 1 thread", 4096, 1, 1000);
        speed.measure("4 KiB, 4 threads", 4096, 4, 2000);
        speed.measure("1 MiB, 1 thread", 1 << 20, 1, 100);
        speed.measure("1 MiB, 4 threads", 1 << 20, 4, 200);
      }
    }
  }

  private void measure(String what, int bytes, int threads, int count) throws Exception {
    List<Bytes> blobs = new ArrayList<>();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] blob = new byte[bytes];
      random.nextBytes(blob);
      blobs.add(Bytes.wrap(blob));
      keys.add(Key.ofBlob(BlobKey.of(blobs.get(i).asBuffer())));
    }
    double puts = run(threads, count, i -> store.put(keys.get(i), blobs.get(i)));
    double gets = run(threads, count, i -> check(store.get(keys.get(i)).isPresent()));
    System.out.printf(
        "%s: put %.0f/s %.0f MB/s, get %.0f/s %.0f MB/s%n",
        what, puts, puts * bytes / 1e6, gets, gets * bytes / 1e6);
  }

  private static void check(boolean present) {
    if (!present) {
      throw new IllegalStateException("a blob that was put is not there");
    }
  }

  private interface Step {
    void run(int number) throws Exception;
  }

  /** How many steps were done per second. */
  private static double run(int threads, int count, Step step) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    long start = System.nanoTime();
    List<Future<?>> parts = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t;
      parts.add(
          executor.submit(
              () -> {
                for (int i = first; i < count; i += threads) {
                  step.run(i);
                }
                return null;
              }));
    }
    for (Future<?> part : parts) {
      part.get();
    }
    executor.shutdown();
    return count * 1e9 / (System.nanoTime() - start);
  }
}
