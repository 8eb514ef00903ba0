package io.dinofs.client;

import io.dinofs.client.control.ControlConnection;
import io.dinofs.client.control.MountStatus;
import io.dinofs.client.control.Question;
import io.dinofs.config.JsonLines;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells how mounts are. Exits with 1 if one that was asked for does not answer. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Tells how a mount is, or all mounts of this user: the connection, what is not on the blob",
      "server yet, and the cache."
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "Where a volume is mounted. Default: all mounts of this user")
  private String mount;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "The cache directory of the mount, if it is not found otherwise.")
  private String cache;

  @Option(names = "--json", description = "One JSON object in a line for each mount.")
  private boolean json;

  StatusCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      boolean asked = cache != null || mount != null;
      int told = 0;
      for (Path directory : caches()) {
        try {
          out.print(text(ask(directory)));
          told++;
        } catch (DinofsException e) {
          if (asked) {
            throw e;
          }
          // The link of a mount that was killed is no mount.
        }
      }
      if (told == 0) {
        throw new DinofsException(ErrorKind.NOT_FOUND, "this user has no mounts");
      }
      return Main.OK;
    } catch (DinofsException e) {
      spec.commandLine().getErr().println("dinofs: " + e.getMessage());
      return Main.FAILED;
    } finally {
      out.flush();
    }
  }

  private List<Path> caches() throws DinofsException {
    WorkingDirectory directory = WorkingDirectory.ofUser();
    if (cache != null) {
      return List.of(directory.resolve(cache));
    }
    if (mount == null) {
      return MountLinks.ofUser().caches();
    }
    Path mounted = directory.resolve(mount);
    return List.of(
        MountLinks.ofUser()
            .cache(mounted)
            .orElseThrow(
                () ->
                    new DinofsException(
                        ErrorKind.NOT_FOUND, "this user has mounted no volume on " + mounted)));
  }

  private static MountStatus ask(Path directory) throws DinofsException {
    try (ControlConnection connection = ControlConnection.ask(directory, Question.status())) {
      return connection
          .next(MountStatus.class)
          .orElseThrow(
              () ->
                  new DinofsException(
                      ErrorKind.UNAVAILABLE,
                      "the mount with the cache " + directory + " is ending"));
    }
  }

  private String text(MountStatus status) {
    return json ? JsonLines.write(status) + "\n" : StatusText.of(status);
  }
}
