package io.dinofs.blobserver;

import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.store.disk.DiskStore;
import io.dinofs.store.disk.Durability;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The blob server: reads its options, opens the data directory, serves it until it is told to stop.
 */
@Command(
    name = "blobserver",
    mixinStandardHelpOptions = true,
    description = "Keeps file contents under the hash of the contents, over HTTP.",
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int STOP_LIMIT_SECONDS = 30;

  @Spec private CommandSpec spec;

  @Mixin private Options options;

  private final CountDownLatch stopRequested;

  private Main(CountDownLatch stopRequested) {
    this.stopRequested = stopRequested;
  }

  public static void main(String[] args) {
    CountDownLatch stopRequested = new CountDownLatch(1);
    CompletableFuture<Integer> status = new CompletableFuture<>();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endInOrder(stopRequested, status), "stop"));
    status.complete(new CommandLine(new Main(stopRequested)).execute(args));
    System.exit(status.join());
  }

  /**
   * TERM and INT run the shutdown hooks, and the JVM halts when they have ended, whatever the main
   * thread is doing. So the hook waits for the main thread, and ends the process with its status.
   */
  private static void endInOrder(CountDownLatch stopRequested, CompletableFuture<Integer> status) {
    stopRequested.countDown();
    int result = FAILED;
    try {
      result = status.get(STOP_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.error("could not stop within {} s", STOP_LIMIT_SECONDS);
    } catch (ExecutionException | InterruptedException e) {
      LOG.error("could not stop in order: {}", e.toString());
    }
    Runtime.getRuntime().halt(result);
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      serve(options.settings());
      return DONE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "blobserver: " + e.getMessage(), e);
    } catch (DinofsException e) {
      System.err.println("blobserver: " + e.getMessage());
      return FAILED;
    }
  }

  private void serve(Options.Settings settings) throws DinofsException, InterruptedException {
    try (DiskStore store = DiskStore.open(settings.data(), Durability.SYNCED);
        BlobServer server =
            BlobServer.start(
                BlobServerSettings.defaults(settings.listen()).withPerNode(settings.perNode()),
                settings.tls(),
                settings.tokens(),
                store)) {
      System.out.println("blobserver: listening on " + HostAndPort.of(server.address()));
      stopRequested.await();
      LOG.info("stopping");
    }
  }
}
