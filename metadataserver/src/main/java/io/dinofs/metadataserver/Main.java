package io.dinofs.metadataserver;

import io.dinofs.config.HostAndPort;
import io.dinofs.metadataserver.lmdb.LmdbSettings;
import io.dinofs.metadataserver.lmdb.LmdbVersionedStore;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The metadata server: reads its options, opens the volume, serves it until it is told to stop. */
@Command(
    name = "metadataserver",
    mixinStandardHelpOptions = true,
    description = "Keeps the metadata of a volume and tells every node of changes.",
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MAX_LEASE_SECONDS = 3600;
  private static final long STOP_LIMIT_SECONDS = 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:3003",
      description = "Where to listen; port 0 takes a free one. Default: ${DEFAULT-VALUE}")
  private String listen;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where the volume is kept.")
  private Path data;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "How long a node that is not heard of is waited for. Default: ${DEFAULT-VALUE}")
  private int leaseSeconds;

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
    InetSocketAddress address = address();
    if (leaseSeconds < 1 || leaseSeconds > MAX_LEASE_SECONDS) {
      throw new ParameterException(
          spec.commandLine(), "--lease takes 1 to 3600 seconds, not " + leaseSeconds);
    }
    try {
      if (address.isUnresolved()) {
        throw new DinofsException(ErrorKind.INVALID, "unknown host: " + address.getHostString());
      }
      serve(address);
      status = DONE;
      return DONE;
    } catch (DinofsException e) {
      System.err.println("metadataserver: " + e.getMessage());
      return FAILED;
    } finally {
      stopped.countDown();
    }
  }

  private InetSocketAddress address() {
    try {
      return HostAndPort.parse(listen).resolve();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--listen: " + e.getMessage(), e);
    }
  }

  private void serve(InetSocketAddress address) throws DinofsException, InterruptedException {
    try (LmdbVersionedStore store = LmdbVersionedStore.open(data, LmdbSettings.DEFAULT);
        MetadataServer server =
            new MetadataServer(
                store,
                new StrictNodesFile(data.resolve("strict-nodes")),
                address,
                Duration.ofSeconds(leaseSeconds),
                ServerLimits.DEFAULT)) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
      InetSocketAddress listening = server.address();
      HostAndPort shown =
          new HostAndPort(listening.getAddress().getHostAddress(), listening.getPort());
      System.out.println("metadataserver: volume " + store.volume() + " listening on " + shown);
      told.await();
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
