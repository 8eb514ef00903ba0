package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.config.HostAndPort;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.VolumeId;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.upkeep.ClockCheck;
import io.dinofs.upkeep.GarbageCollector;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Deletes contents that no file has any more. */
@Command(
    name = "gc",
    mixinStandardHelpOptions = true,
    description = {
      "Deletes contents on the blob server that no file of its volumes has any more.",
      "Volumes may be in use. Exits with 0 when it is done, 1 if it gave up, 2 if used wrongly."
    },
    sortOptions = false)
final class GcCommand implements Callable<Integer> {
  /** Shorter, and a node that is slow could lose what it is about to commit. */
  private static final Duration LEAST_GRACE = Duration.ofMinutes(1);

  @Spec private CommandSpec spec;

  @Option(
      names = "--metadata",
      paramLabel = "HOST:PORT",
      description = {
        "The metadata server; one for each volume of the blob server.",
        "Default: " + Options.DEFAULT_METADATA
      })
  private List<String> metadata = List.of(Options.DEFAULT_METADATA);

  @Mixin private BlobOptions blobs;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = {
        "What was put more recently stays: a node may hold a file that needs it and is not",
        "committed yet. A number of s, m, h or d; at least 1m. Default: 7d"
      })
  private String grace = "7d";

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  private boolean dryRun;

  @Option(
      names = "--accept-shrinking",
      description = {
        "Delete also if less than half is left of what the last collection kept. Without it, that",
        "is taken for a sign that a metadata server has lost files."
      })
  private boolean acceptShrinking;

  @Option(
      names = "--forget-volume",
      paramLabel = "ID",
      description = {
        "Only tell the blob server that this volume is no more; the next collection deletes its",
        "contents."
      })
  private String forgetVolume;

  @Mixin private TimeoutOptions patience;

  @Mixin private AccessOptions access;

  private GcCommand() {}

  @Override
  public Integer call() {
    ProgressLine progress = ProgressLine.ofTerminal();
    try {
      Access known = access.open();
      return run(known, progress);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (DinofsException e) {
      progress.clear();
      System.err.println("dinofs gc: " + e.getMessage() + hint(e));
      return Main.FAILED;
    }
  }

  private int run(Access known, ProgressLine progress) throws DinofsException {
    try (CollectableBlobs store =
        Servers.collectable(blobs.url(known), known, patience.timeout())) {
      if (forgetVolume != null) {
        store.removeVolume(new VolumeId(UUID.fromString(forgetVolume)));
        System.out.println("gc: volume " + forgetVolume + " is forgotten");
      } else {
        GarbageCollector.Report report = collect(store, known, settings(), progress);
        progress.clear();
        print(report, dryRun, System.out);
      }
      return Main.OK;
    }
  }

  private static String hint(DinofsException failure) {
    return failure.kind() == ErrorKind.NOT_PERMITTED
        ? "; if that is right, say --accept-shrinking"
        : "";
  }

  private GarbageCollector.Settings settings() {
    Duration age = Durations.parse(grace);
    if (age.compareTo(LEAST_GRACE) < 0) {
      throw new IllegalArgumentException("a grace period has a minute at least, not " + grace);
    }
    return new GarbageCollector.Settings(age, dryRun, acceptShrinking);
  }

  private GarbageCollector.Report collect(
      CollectableBlobs store,
      Access known,
      GarbageCollector.Settings settings,
      ProgressLine progress)
      throws DinofsException {
    Duration limit = patience.timeout();
    List<RemoteVersionedStore> volumes = new ArrayList<>();
    try (BlobStore contents = Servers.blobs(blobs.url(known), known, limit)) {
      ClockCheck clocks = new ClockCheck(Instant::now);
      clocks.require("blob server", store.now());
      for (String server : metadata) {
        RemoteVersionedStore volume = Servers.metadata(HostAndPort.parse(server), known, limit);
        volumes.add(volume);
        clocks.require("metadata server " + server, volume.clock().now());
      }
      return new GarbageCollector(store, store::volumes, contents, progress)
          .collect(volumes, settings);
    } finally {
      volumes.forEach(RemoteVersionedStore::close);
    }
  }

  static void print(GarbageCollector.Report report, boolean dryRun, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "gc: %,d blobs (%s), %,d too young to be looked at, %,d in use, %,d garbage (%s)%n",
        report.listed(),
        ByteSize.format(report.listedBytes()),
        report.young(),
        report.kept(),
        report.garbage(),
        ByteSize.format(report.garbageBytes()));
    if (dryRun) {
      out.println("gc: nothing is deleted, as this is a dry run");
      return;
    }
    out.printf(
        Locale.ROOT,
        "gc: deleted %,d (%s)%s%n",
        report.deleted(),
        ByteSize.format(report.deletedBytes()),
        report.refused() > 0 ? ", left " + report.refused() + " that came into use again" : "");
  }
}
