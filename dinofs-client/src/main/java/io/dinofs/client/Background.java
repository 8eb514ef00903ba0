package io.dinofs.client;

import io.dinofs.fuse.linux.LinuxProcess;
import io.dinofs.model.DinofsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Serves a mount in another process, which outlives this one and its terminal.
 *
 * <p>The other process tells on its standard output, in one line, what came of it: a sign and a
 * message.
 */
final class Background {
  private static final String CHILD_PROPERTY = "dinofs.background";
  private static final char USABLE = '+';
  private static final char FAILED = '-';

  /** Beyond the waiting for servers: starting a JVM on a busy machine. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private Background() {}

  /** Whether this process is the other one. */
  static boolean isChild() {
    return Boolean.getBoolean(CHILD_PROPERTY);
  }

  /** Serves the mount in this process, which was started for it. */
  static int serve(ClientSettings settings) throws InterruptedException {
    Announcement toParent =
        new Announcement() {
          @Override
          public void usable(String message) {
            System.out.println(USABLE + message);
          }

          @Override
          public void failed(String message) {
            System.out.println(FAILED + message);
            System.err.println("dinofs: " + message);
          }
        };
    try {
      LinuxProcess.startSession();
    } catch (DinofsException e) {
      toParent.failed(e.getMessage());
      return Main.FAILED;
    }
    return new Foreground(settings, toParent).run();
  }

  /**
   * Starts a process with the same arguments and returns the exit code when it is usable or has
   * failed.
   */
  static int start(ClientSettings settings, List<String> arguments) throws InterruptedException {
    Announcement announcement = Announcement.toTerminal();
    try {
      Path logFile = settings.cache().log();
      Process child =
          new ProcessBuilder(command(arguments))
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(Redirect.appendTo(logFile.toFile()))
              .start();
      Thread killer = new Thread(child::destroy);
      Runtime.getRuntime().addShutdownHook(killer);
      String outcome = outcome(child, settings.timeout().multipliedBy(2).plus(START_LIMIT));
      Runtime.getRuntime().removeShutdownHook(killer);
      if (outcome != null && outcome.charAt(0) == USABLE) {
        announcement.usable(outcome.substring(1));
        return Main.OK;
      }
      announcement.failed(
          outcome != null
              ? outcome.substring(1) + " (the log is " + logFile + ")"
              : "the process in the background has ended; its log is " + logFile);
    } catch (IOException e) {
      announcement.failed("cannot start a process in the background: " + e.getMessage());
    }
    return Main.FAILED;
  }

  /** The first line that the process prints, or null if it prints none. */
  private static String outcome(Process child, Duration limit)
      throws IOException, InterruptedException {
    CompletableFuture<?> watchdog =
        CompletableFuture.runAsync(
            child::destroy,
            CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
    try {
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(child.getInputStream(), Charset.defaultCharset()));
      String line = output.readLine();
      return line == null || line.isEmpty() ? null : line;
    } finally {
      watchdog.cancel(false);
    }
  }

  private static List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + CHILD_PROPERTY + "=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }
}
