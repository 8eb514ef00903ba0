package io.dinofs.metadataserver;

import io.dinofs.metadataserver.lmdb.VolumeRestore;
import io.dinofs.model.DinofsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a data directory from backups that {@code dinofs backup} has written. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a data directory from files that dinofs backup has written. Nodes that knew a later"
          + " state drop their caches when they connect to a server that is started with it.",
      "Contents that garbage collection deleted since the backup are not on the blob server any"
          + " more; dinofs fsck tells which."
    },
    sortOptions = false)
final class RestoreCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data directory to make; it is empty or does not exist.")
  private Path data;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = {
        "A full backup; then, in their order, what was made with --since after it, up to the state",
        "that is wanted."
      })
  private List<Path> files;

  private RestoreCommand() {}

  @Override
  public Integer call() {
    try {
      VolumeRestore.Restored restored = VolumeRestore.restore(files, data);
      System.out.printf(
          Locale.ROOT,
          "metadataserver: restored %,d records, %,d inodes, as of commit %s; commits go on from %s%n",
          restored.records(),
          restored.inodes(),
          restored.from(),
          restored.newest());
      return Main.DONE;
    } catch (DinofsException e) {
      System.err.println("metadataserver: " + e.getMessage());
      return Main.FAILED;
    }
  }
}
