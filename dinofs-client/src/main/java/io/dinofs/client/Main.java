package io.dinofs.client;

import io.dinofs.model.DinofsException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Mounts a volume, or asks a program that did. Exits with 0 when it was unmounted, 1 if it failed,
 * 2 if used wrongly.
 */
@Command(
    name = "dinofs",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      StatusCommand.class,
      WarmCommand.class,
      FsckCommand.class,
      GcCommand.class,
      BackupCommand.class,
      ExportCommand.class,
      ImportCommand.class,
      WatchCommand.class,
      KeyCommand.class
    },
    description = {
      "Mounts a volume that is shared with other nodes, and serves it until it is unmounted"
          + " (fusermount -u DIR) or this program is told to end (SIGTERM, SIGINT)."
    },
    footer = {
      "",
      "A configuration file has the same options as a JSON object, in camelCase:",
      "  {\"mount\": \"/mnt/v\", \"cacheSize\": \"20G\", \"allowOther\": true}",
      "What is on the command line wins. Relative paths are relative to the working directory."
    },
    sortOptions = false)
public final class Main implements Callable<Integer> {
  static final int OK = 0;
  static final int FAILED = 1;

  @Spec private CommandSpec spec;
  @Mixin private Options options;

  private Main() {}

  /** Runs the program and ends the process. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explain);
  }

  private static int explain(CommandLine.ParameterException e, String[] arguments) {
    e.getCommandLine().getErr().println("dinofs: " + e.getMessage());
    e.getCommandLine().getErr().println("Try: dinofs --help");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws InterruptedException {
    ClientSettings settings = settings();
    if (Background.isChild()) {
      return Background.serve(settings);
    }
    return settings.background()
        ? Background.start(settings, spec.commandLine().getParseResult().originalArgs())
        : new Foreground(settings, Announcement.toTerminal()).run();
  }

  private ClientSettings settings() {
    try {
      return options.resolve();
    } catch (DinofsException | IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Takes the version from what Maven puts into the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    private static final String POM = "/META-INF/maven/io.dinofs/dinofs-client/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream(POM)) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {
        "dinofs " + properties.getProperty("version", "(not packaged)"),
        "Java " + System.getProperty("java.version")
      };
    }
  }
}
