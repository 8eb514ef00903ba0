package io.dinofs.client;

import io.dinofs.access.Access;
import io.dinofs.model.DinofsException;
import io.dinofs.remote.metadata.RemoteVersionedStore;
import io.dinofs.store.BlobStore;
import io.dinofs.store.CollectableBlobs;
import io.dinofs.upkeep.Problem;
import io.dinofs.upkeep.VolumeCheck;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a volume, with the exit status of fsck(8). */
@Command(
    name = "fsck",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = FsckCommand.USAGE,
    description = {
      "Checks a volume, which may be in use: every name has its file, every file its names, every"
          + " directory one parent, and all contents are on the blob server.",
      "Exits with 0 if nothing is wrong, 1 if all that was is repaired, 4 if something is wrong"
          + " still, 8 if the check failed, 16 if used wrongly."
    },
    sortOptions = false)
final class FsckCommand implements Callable<Integer> {
  private static final int NOTHING_WRONG = 0;
  private static final int REPAIRED = 1;
  private static final int LEFT_WRONG = 4;
  private static final int CHECK_FAILED = 8;
  static final int USAGE = 16;

  /** More problems than this are only counted. */
  private static final int MOST_TOLD = 1000;

  @Mixin private ServerOptions servers;

  @Option(
      names = "--verify-data",
      description = "Read all contents too, and see whether they are what they were.")
  private boolean verifyData;

  @Option(
      names = "--repair",
      description = {
        "Repair what can be repaired without loss. What has no name is then in /lost+found."
      })
  private boolean repair;

  private FsckCommand() {}

  @Override
  public Integer call() {
    ProgressLine progress = ProgressLine.ofTerminal();
    try {
      return check(servers.access(), progress);
    } catch (IllegalArgumentException e) {
      System.err.println("dinofs fsck: " + e.getMessage());
      return USAGE;
    } catch (DinofsException e) {
      progress.clear();
      System.err.println("dinofs fsck: " + e.getMessage());
      return CHECK_FAILED;
    }
  }

  private int check(Access access, ProgressLine progress) throws DinofsException {
    try (RemoteVersionedStore volume =
            Servers.metadata(servers.metadata(), access, servers.timeout());
        BlobStore blobs = Servers.blobsNow(servers.blobs(access), access, servers.timeout());
        CollectableBlobs store =
            Servers.collectable(servers.blobs(access), access, servers.timeout())) {
      VolumeCheck.Result result =
          new VolumeCheck(volume, volume.clock(), progress).check(store, blobs, verifyData, repair);
      progress.clear();
      return print(result, System.out);
    }
  }

  /** Prints what was found and returns the exit status. */
  static int print(VolumeCheck.Result result, PrintStream out) {
    tell(result.found(), "", out);
    List<Problem> left = new ArrayList<>(result.left());
    if (!left.equals(result.found())) {
      tell(left, "left: ", out);
    }
    out.printf(
        Locale.ROOT,
        "fsck: %,d inodes, %,d blobs: %s%n",
        result.inodes(),
        result.blobs(),
        summary(result.found().size(), left.size()));
    if (!left.isEmpty()) {
      return LEFT_WRONG;
    }
    return result.found().isEmpty() ? NOTHING_WRONG : REPAIRED;
  }

  private static String summary(int found, int left) {
    if (found == 0) {
      return "nothing is wrong";
    }
    return left == 0
        ? String.format(Locale.ROOT, "%,d problems, all repaired", found)
        : String.format(Locale.ROOT, "%,d problems, %,d are left", found, left);
  }

  private static void tell(List<Problem> problems, String prefix, PrintStream out) {
    problems.stream().limit(MOST_TOLD).forEach(problem -> out.println(prefix + problem.text()));
    if (problems.size() > MOST_TOLD) {
      out.println(prefix + "and " + (problems.size() - MOST_TOLD) + " more");
    }
  }
}
