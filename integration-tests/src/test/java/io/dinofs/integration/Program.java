package io.dinofs.integration;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One running program, started through its launcher in scripts/, with what it prints kept in a
 * file.
 */
final class Program implements AutoCloseable {
  /**
   * Long, because a build machine may be busy with other things; not waited for when all is well.
   */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** With {@code -Ddinofs.fuse.minor=31} the programs treat the kernel as one of Linux 5.4. */
  private static final String FUSE_MINOR =
      Optional.ofNullable(System.getProperty("dinofs.fuse.minor"))
          .map(minor -> " -Ddinofs.fuse.minor=" + minor)
          .orElse("");

  private static final Path SCRIPTS =
      Path.of(System.getProperty("dinofs.root", "..")).resolve("scripts").toAbsolutePath();

  private final String name;
  private static final Path KEPT_LOGS =
      Path.of(System.getProperty("basedir", "."), "target", "program-logs");
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path log;

  /** Where its own part of the log begins. */
  private final int logStart;

  private final Process process;

  private Program(String name, Path log, int logStart, Process process) {
    this.name = name;
    this.log = log;
    this.logStart = logStart;
    this.process = process;
  }

  /**
   * @param launcher a file of scripts/
   * @param log appended to
   */
  static Program start(String launcher, Path log, List<String> arguments) throws IOException {
    return start(launcher, log, Path.of("/"), arguments);
  }

  static Program start(String launcher, Path log, Path directory, List<String> arguments)
      throws IOException {
    return start(List.of(), launcher, log, directory, arguments);
  }

  /**
   * @param by a command that becomes what its arguments name, as setpriv(1) does
   */
  static Program startBy(List<String> by, String launcher, Path log, List<String> arguments)
      throws IOException {
    return start(by, launcher, log, Path.of("/"), arguments);
  }

  private static Program start(
      List<String> by, String launcher, Path log, Path directory, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(by);
    command.add(SCRIPTS.resolve(launcher).toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("DINOFS_JAVA_OPTS", "-Xmx256m -Xss512k" + FUSE_MINOR);
    builder.environment().put("AWS_ACCESS_KEY_ID", "test");
    builder.environment().put("AWS_SECRET_ACCESS_KEY", "test");
    builder.environment().put("XDG_CACHE_HOME", log.resolveSibling("home").toString());
    int logStart = Files.exists(log) ? (int) Files.size(log) : 0;
    return new Program(launcher, log, logStart, builder.start());
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed. */
  String log() throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1).substring(logStart);
  }

  /** Waits until the program prints something like {@code pattern}. */
  MatchResult awaitPrinted(Pattern pattern) {
    return await(name + " to print " + pattern)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> printed(pattern), Objects::nonNull);
  }

  private MatchResult printed(Pattern pattern) throws IOException {
    boolean ended = !process.isAlive();
    Matcher matcher = pattern.matcher(log());
    if (matcher.find()) {
      return matcher.toMatchResult();
    }
    if (ended) {
      throw new IOException(name + " ended with " + process.exitValue() + ":\n" + log());
    }
    return null;
  }

  /** Waits for the end. */
  int awaitExit() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(name + " still runs after " + PATIENCE);
    }
    return process.exitValue();
  }

  void signal(int signal) throws IOException {
    Posix.kill(process.pid(), signal);
  }

  /** Asks the program to end and waits until it has. */
  int terminate() throws IOException, InterruptedException {
    signal(Posix.SIGTERM);
    return awaitExit();
  }

  /** Ends the program between any two instructions: kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitExit();
  }

  /** Kills the program if it still runs. What it has printed is kept for scripts/find-secrets. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      Files.createDirectories(KEPT_LOGS);
      String kept = name + "-" + process.pid() + "-" + COUNT.incrementAndGet() + ".log";
      Files.writeString(KEPT_LOGS.resolve(kept), log(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException("the log of " + name + " is not kept", e);
    }
  }
}
