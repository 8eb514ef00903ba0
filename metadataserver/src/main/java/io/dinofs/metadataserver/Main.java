package io.dinofs.metadataserver;

import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.observe.MetricsPage;
import io.dinofs.observe.ProgramMetrics;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The metadata server: opens the volume, and serves it until it is told to stop. */
@Command(
    name = "metadataserver",
    mixinStandardHelpOptions = true,
    description = "Keeps the metadata of a volume and tells every node of changes.",
    subcommands = {RestoreCommand.class, TokenCommand.class},
    sortOptions = false)
public final class Main implements Callable<Integer> {
  static final int DONE = 0;
  static final int FAILED = 1;
  private static final long STOP_LIMIT_SECONDS = 60;

  @Spec private CommandSpec spec;

  @Mixin private Options options;

  /** What the process ends with when it was told to stop. */
  private volatile int status = FAILED;

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      serve(options.settings());
      status = DONE;
      return DONE;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "metadataserver: " + e.getMessage(), e);
    } catch (DinofsException e) {
      System.err.println("metadataserver: " + e.getMessage());
      return FAILED;
    } finally {
      stopped.countDown();
    }
  }

  private void serve(Options.Settings settings) throws DinofsException, InterruptedException {
    ProgramMetrics program = new ProgramMetrics();
    ServerMetrics metrics = new ServerMetrics(program.registry(), settings.slow());
    try (Engine.Opened volume = settings.engine().open();
        MetadataServer server =
            new MetadataServer(
                volume,
                settings.listen(),
                settings.lease(),
                ServerLimits.DEFAULT
                    .withInterest(settings.interest(), settings.lease())
                    .withPerNode(settings.perNode()),
                settings.tls(),
                settings.tokens(),
                metrics)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
      System.out.println(
          "metadataserver: volume "
              + volume.store().volume()
              + " listening on "
              + HostAndPort.of(server.address()));
      if (settings.metrics().isPresent()) {
        try (MetricsPage page =
            MetricsPage.serve(program::page, settings.metrics().get().resolve())) {
          System.out.println(
              "metadataserver: metrics at http://" + HostAndPort.of(page.address()) + "/metrics");
          told.await();
        }
      } else {
        told.await();
      }
    }
  }

  /** Runs when the process is told to stop: it lives until this returns. */
  private void stop() {
    told.countDown();
    try {
      if (stopped.await(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        // Left to itself, the JVM would report the signal as a failure.
        Runtime.getRuntime().halt(status);
      }
      System.err.println(
          "metadataserver: stopped in the middle of its work; nothing that was answered is lost");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
