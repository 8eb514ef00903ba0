package io.dinofs.integration;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One mount of the volume, with its cache directory and the program that serves it. */
final class Node implements AutoCloseable {
  private final Cluster cluster;
  private final String name;
  private final Path mount;
  private final Path cache;

  // Used by one thread at a time.
  private Program program;

  private Optional<String> metadataAddress = Optional.empty();
  private Optional<String> blobAddress = Optional.empty();

  Node(Cluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
    this.mount = cluster.directory().resolve("mount-" + name);
    this.cache = cluster.directory().resolve("cache-" + name);
  }

  /** From its next start on it reaches the servers at these addresses, each a HOST:PORT. */
  void reachServersThrough(String metadata, String blobs) {
    metadataAddress = Optional.of(metadata);
    blobAddress = Optional.of(blobs);
  }

  /** Mounts, again after an end of the program, and waits until the mount is usable. */
  void start(String... options) throws IOException {
    beginStart(options);
    awaitReady();
  }

  /** As {@link #start}, but leaves the waiting to {@link #awaitReady}. */
  void beginStart(String... options) throws IOException {
    if (!Mounts.isMounted(mount)) { // a dead mount cannot even be looked at
      Files.createDirectories(mount);
    }
    launch(mount, options);
  }

  /** Starts the program to mount on {@code directory} and waits for nothing. */
  Program launch(Path directory, String... options) throws IOException {
    Path log = cluster.directory().resolve("dinofs-" + name + ".log");
    program = Program.start("dinofs", log, arguments(directory, options));
    return program;
  }

  List<String> arguments(Path directory, String... options) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "--mount",
            directory.toString(),
            "--cache",
            cluster.isCacheless() ? "none" : cache.toString()));
    arguments.addAll(
        List.of("--metadata", metadataAddress.orElse(cluster.metadataServer().address())));
    arguments.addAll(
        List.of(
            "--blobs",
            cluster
                .bucket()
                .orElseGet(
                    () ->
                        cluster.blobScheme()
                            + blobAddress.orElse(cluster.blobServer().address()))));
    arguments.addAll(cluster.frontend().options());
    arguments.addAll(cluster.nodeOptions(name));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--encrypt") && !arguments.contains("--passthrough")) {
      arguments.addAll(cluster.keyOptions());
    }
    return arguments;
  }

  void awaitReady() {
    program.awaitPrinted(Pattern.compile(Pattern.quote(mount.toString())));
    await(mount + " to be mounted").atMost(Program.PATIENCE).until(() -> Mounts.isMounted(mount));
  }

  /** Where the volume is mounted. */
  Path mount() {
    return mount;
  }

  /** A file of the volume. */
  Path path(String relative) {
    return mount.resolve(relative);
  }

  FilePath file(String relative) {
    return FilePath.of(path(relative));
  }

  Path cache() {
    return cache;
  }

  Program program() {
    return program;
  }

  /** Unmounts as a user does; the exit code of dinofs. */
  int unmount() throws IOException, InterruptedException {
    Mounts.unmount(mount);
    return program.awaitExit();
  }

  /** Ends the program with kill -9 and removes the dead mount. */
  void kill() throws IOException, InterruptedException {
    program.kill();
    Mounts.detach(mount);
  }

  @Override
  public void close() throws IOException {
    try {
      Mounts.detach(mount);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (program != null) {
        program.close();
      }
    }
  }
}
