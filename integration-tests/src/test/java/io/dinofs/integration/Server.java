package io.dinofs.integration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The metadata server or the blob server, which can be started again with its data and its address.
 */
final class Server implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (\\S+:\\d+)");

  private final String launcher;
  private final Path directory;

  // Used by one thread at a time.
  private Program program;
  private List<String> standing = List.of();
  private String address = "127.0.0.1:0";
  private String place = "--data";
  private String scheme = "";

  /**
   * @param launcher its file in scripts/
   * @param directory for its data and its log
   */
  Server(String launcher, Path directory) {
    this.launcher = launcher;
    this.directory = directory;
  }

  /** From its next start on it keeps its data by {@code --store SCHEME:DIR}. */
  void storeIn(String scheme) {
    this.place = "--store";
    this.scheme = scheme + ":";
  }

  /** Whenever it is started it gets these options too. */
  void always(String... options) {
    standing = List.of(options);
  }

  /** Starts it, after the first time where it was, and waits until it answers. */
  void start(String... options) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--listen", address, place, scheme + data()));
    arguments.addAll(standing);
    arguments.addAll(List.of(options));
    program = Program.start(launcher, directory.resolve(launcher + ".log"), arguments);
    address = program.awaitPrinted(LISTENING).group(1);
  }

  /** Where it keeps its data. */
  Path data() {
    return directory.resolve(launcher);
  }

  /** HOST:PORT. */
  String address() {
    return address;
  }

  Program program() {
    return program;
  }

  @Override
  public void close() {
    if (program != null) {
      program.close();
    }
  }
}
