package io.dinofs.metadataserver;

import io.dinofs.model.DinofsException;
import io.dinofs.store.memory.MemoryVersionedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The metadata server: reads its options, opens the volume, serves it until it is told to stop. */
@Command(
    name = "metadataserver",
    mixinStandardHelpOptions = true,
    description = "Keeps the metadata of a volume and tells every node of changes.",
    sortOptions = false)
public final class Main implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final int FAILED = 1;

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

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    try (MemoryVersionedStore store = new MemoryVersionedStore();
        MetadataServer server =
            new MetadataServer(
                store,
                StrictNodes.FORGETFUL,
                HostAndPort.parse(listen).resolve(),
                Duration.ofSeconds(leaseSeconds),
                ServerLimits.DEFAULT)) {
      log.warn("this version keeps the volume in memory; {} is not written to yet", data);
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
      System.out.println(
          "metadataserver: volume "
              + store.volume()
              + " listening on "
              + server.address().getHostString()
              + ":"
              + server.address().getPort());
      stopped.await();
      return 0;
    } catch (DinofsException | IllegalArgumentException e) {
      System.err.println("metadataserver: " + e.getMessage());
      return FAILED;
    }
  }
}
