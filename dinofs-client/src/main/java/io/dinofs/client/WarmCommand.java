package io.dinofs.client;

import io.dinofs.client.control.ControlConnection;
import io.dinofs.client.control.Question;
import io.dinofs.client.control.WarmProgress;
import io.dinofs.fuse.MountTable;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fetches contents ahead of their use. */
@Command(
    name = "warm",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches the contents of files, and of everything in directories, into the cache of this",
      "machine, as far as it has room."
    })
final class WarmCommand implements Callable<Integer> {
  private static final int BAR_CHARACTERS = 30;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and directories.")
  private List<String> paths;

  WarmCommand() {}

  @Override
  public Integer call() {
    try {
      for (Map.Entry<Path, List<Long>> cache : byCache().entrySet()) {
        warm(cache.getKey(), cache.getValue());
      }
      return Main.OK;
    } catch (DinofsException e) {
      spec.commandLine().getErr().println("dinofs: " + e.getMessage());
      return Main.FAILED;
    }
  }

  /** The inodes to fetch, by the cache directory of their mount. */
  private Map<Path, List<Long>> byCache() throws DinofsException {
    WorkingDirectory directory = WorkingDirectory.ofUser();
    Map<Path, List<Long>> inodes = new LinkedHashMap<>();
    for (String each : paths) {
      Path path = directory.resolve(each);
      try {
        Path real = path.toRealPath();
        long inode = (Long) Files.getAttribute(real, "unix:ino");
        inodes.computeIfAbsent(cache(real), any -> new ArrayList<>()).add(inode);
      } catch (DinofsException e) {
        throw e;
      } catch (IOException e) {
        throw new DinofsException(ErrorKind.IO, "cannot look at " + path + ": " + e, e);
      }
    }
    return inodes;
  }

  private static Path cache(Path path) throws IOException {
    Optional<Path> mount =
        MountTable.read()
            .covering(path)
            .filter(entry -> entry.type().equals(MountTable.DINOFS_TYPE))
            .map(entry -> Path.of(entry.mountPoint()));
    if (mount.isEmpty()) {
      throw new DinofsException(ErrorKind.INVALID, path + " is not on a volume of dinofs");
    }
    return MountLinks.ofUser()
        .cache(mount.get())
        .orElseThrow(
            () ->
                new DinofsException(
                    ErrorKind.NOT_FOUND, "another user has mounted " + mount.get()));
  }

  private void warm(Path cache, List<Long> inodes) throws DinofsException {
    PrintWriter err = spec.commandLine().getErr();
    boolean terminal = isTerminal();
    try (ControlConnection connection = ControlConnection.ask(cache, Question.warm(inodes))) {
      Optional<WarmProgress> progress = connection.next(WarmProgress.class);
      while (progress.isPresent() && !progress.get().done()) {
        if (terminal) {
          err.print("\r" + bar(progress.get()));
          err.flush();
        }
        progress = connection.next(WarmProgress.class);
      }
      if (terminal) {
        err.println();
      }
      WarmProgress last =
          progress.orElseThrow(
              () -> new DinofsException(ErrorKind.UNAVAILABLE, "dinofs ended meanwhile"));
      if (last.failure() != null) {
        throw new DinofsException(
            ErrorKind.IO, "stopped after " + last.files() + " files: " + last.failure());
      }
      PrintWriter out = spec.commandLine().getOut();
      out.println(last.files() + " files of " + ByteSize.format(last.bytes()) + " are here");
      out.flush();
    }
  }

  /** Whether stderr is one. */
  private static boolean isTerminal() {
    try {
      Path device = Path.of("/proc/self/fd/2").toRealPath();
      return device.startsWith("/dev/pts") || device.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static String bar(WarmProgress progress) {
    double share =
        progress.totalBytes() == 0 ? 0 : (double) progress.bytes() / progress.totalBytes();
    int full = (int) (share * BAR_CHARACTERS);
    return "[%s%s] %3d %%  %s of %s, %d of %d files "
        .formatted(
            "#".repeat(full),
            ".".repeat(BAR_CHARACTERS - full),
            (int) (100 * share),
            ByteSize.format(progress.bytes()),
            ByteSize.format(progress.totalBytes()),
            progress.files(),
            progress.totalFiles());
  }
}
