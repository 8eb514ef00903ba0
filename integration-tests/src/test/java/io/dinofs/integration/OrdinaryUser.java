package io.dinofs.integration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A user who is not root, on a machine that lets users mount, for tests that root runs.
 *
 * <p>The machine is this one with a mount namespace of its own: there everybody may open /dev/fuse,
 * as with the rules of udev, which containers go without, and /etc/fuse.conf says what the test
 * wants. Nothing of it is seen outside, and all of it is gone with {@link #close}.
 */
final class OrdinaryUser implements AutoCloseable {
  /** nobody: fusermount wants a user who has a name. */
  private static final int USER = 65534;

  /** Another one. */
  private static final int STRANGER = 1;

  private static final String SETUP =
      """
      set -e
      mkdir "$0/dev"
      mount -t tmpfs -o mode=755 none "$0/dev"
      mknod -m 666 "$0/dev/fuse" c 10 229
      mount --bind "$0/dev/fuse" /dev/fuse
      mount --bind "$0/fuse.conf" /etc/fuse.conf
      mkdir "$0/home"
      chown 65534:65534 "$0/home"
      chmod 711 "$0" "$0/home"
      echo ready
      exec cat
      """;

  private final Path home;
  private final Process holder;

  private OrdinaryUser(Path home, Process holder) {
    this.home = home;
    this.holder = holder;
  }

  /**
   * @param directory is made for this; everybody may pass through those above it
   * @param mayAllowOther whether users may let others use their mounts
   */
  static OrdinaryUser of(Path directory, boolean mayAllowOther) throws IOException {
    Files.createDirectory(directory);
    String permission = mayAllowOther ? "user_allow_other\n" : "";
    Files.writeString(directory.resolve("fuse.conf"), permission);
    Process holder =
        new ProcessBuilder("unshare", "-m", "sh", "-c", SETUP, directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (holder.getInputStream().read() != 'r') {
      throw new IOException("there can be no machine with other mounts");
    }
    return new OrdinaryUser(directory.resolve("home"), holder);
  }

  /** A directory of the user's. */
  Path home() {
    return home;
  }

  boolean isMounted(Path directory) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + holder.pid() + "/mountinfo"))) {
      return lines.anyMatch(line -> line.split(" ", 6)[4].equals(directory.toString()));
    }
  }

  /**
   * Starts a program of scripts/ as this user.
   *
   * @param temporary the program's directory for temporary files; not every machine has a /tmp that
   *     everybody may write to
   */
  Program start(String launcher, Path temporary, List<String> arguments) throws IOException {
    List<String> by = new ArrayList<>(as(USER));
    by.addAll(List.of("env", "TMPDIR=" + temporary));
    return Program.startBy(by, launcher, home.resolve(launcher + ".log"), arguments);
  }

  /** What a command has to say. */
  record Said(int exitCode, String output) {}

  /** Runs a shell's commands as this user. */
  Said run(String commands) throws IOException, InterruptedException {
    return run(USER, commands);
  }

  /** Runs a shell's commands as somebody else. */
  Said runAsStranger(String commands) throws IOException, InterruptedException {
    return run(STRANGER, commands);
  }

  private Said run(int user, String commands) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(onThisMachine());
    command.addAll(setUser(user));
    command.addAll(List.of("sh", "-c", commands));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("does not end: " + commands);
    }
    return new Said(process.exitValue(), output.strip());
  }

  private List<String> onThisMachine() {
    return List.of("nsenter", "-t", String.valueOf(holder.pid()), "-m", "--");
  }

  private static List<String> setUser(int user) {
    return List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups");
  }

  /** The programs may be where only root can read. */
  private List<String> as(int user) {
    List<String> prefix = new ArrayList<>(onThisMachine());
    prefix.addAll(setUser(user));
    prefix.addAll(List.of("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"));
    return prefix;
  }

  @Override
  public void close() throws IOException {
    holder.getOutputStream().close();
    try {
      holder.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
