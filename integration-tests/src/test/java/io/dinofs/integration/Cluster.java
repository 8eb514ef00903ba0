package io.dinofs.integration;

import io.dinofs.store.s3.S3Location;
import io.dinofs.store.s3.S3Server;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Both servers and any number of nodes, shared by the tests of a class on one frontend: a static
 * field with {@code @RegisterExtension}.
 *
 * <p>When a test fails, the ends of all logs are printed. However the class ends, nothing of it
 * stays mounted or running.
 */
final class Cluster
    implements BeforeClassTemplateInvocationCallback,
        AfterClassTemplateInvocationCallback,
        TestExecutionExceptionHandler,
        LifecycleMethodExecutionExceptionHandler,
        AutoCloseable {

  private static final int LOG_CHARACTERS_SHOWN = 12_000;

  private final List<String> startedNodes;
  private List<String> serverOptions = List.of();
  private List<String> nodeOptions = List.of();
  private boolean tls;
  private Optional<Tokens> tokens = Optional.empty();
  private boolean withTokens;
  private Optional<String> storeScheme = Optional.empty();
  private boolean inBucket;

  /** {@code -Ddinofs.cache=none} lets any test have nodes that keep nothing on a disk. */
  private boolean cacheless = "none".equals(System.getProperty("dinofs.cache"));

  /** {@code -Ddinofs.encrypt=true} lets any test have a volume whose contents are encrypted. */
  private boolean encrypted = Boolean.getBoolean("dinofs.encrypt");

  private Optional<String> bucket = Optional.empty();

  // Used by one thread at a time, save for the shutdown hook.
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private Frontend frontend;
  private Path directory;
  private Certificates certificates;
  private Server metadataServer;
  private Server blobServer;
  private Thread cleanup;

  /**
   * @param startedNodes which are mounted before the first test
   */
  Cluster(String... startedNodes) {
    this.startedNodes = List.of(startedNodes);
  }

  /** The metadata server is started with these options. */
  Cluster withServerOptions(String... options) {
    serverOptions = List.of(options);
    return this;
  }

  /** The metadata server keeps the volume by {@code --store SCHEME:DIR}. */
  Cluster withStore(String scheme) {
    storeScheme = Optional.of(scheme);
    return this;
  }

  /** Servers and nodes speak TLS, and only with those who have a certificate. */
  Cluster withTls() {
    tls = true;
    return this;
  }

  /** Both servers know nodes by tokens; a node that has none gets an ordinary one. */
  Cluster withTokens() {
    withTokens = true;
    return this;
  }

  /** Of a cluster with tokens. */
  Tokens tokens() {
    return tokens.orElseThrow();
  }

  /** Of a cluster with TLS. */
  Certificates certificates() {
    return certificates;
  }

  /** All nodes are started with these options, before their own. */
  Cluster withNodeOptions(String... options) {
    nodeOptions = List.of(options);
    return this;
  }

  /** Nodes keep contents in a bucket, with no blob server between. */
  Cluster withBucket() {
    inBucket = true;
    return this;
  }

  /** Nodes keep nothing on a disk. */
  Cluster withoutCaches() {
    cacheless = true;
    return this;
  }

  boolean isCacheless() {
    return cacheless;
  }

  /** Nodes encrypt contents. */
  Cluster withEncryption() {
    encrypted = true;
    return this;
  }

  /** Has the keys of a cluster with encryption. */
  Path keyFile() {
    return directory.resolve("keys");
  }

  /** What nodes are given for {@code --blobs} then. */
  Optional<String> bucket() {
    return bucket;
  }

  String[] serverOptions() {
    return serverOptions.toArray(String[]::new);
  }

  List<String> nodeOptions(String node) throws IOException {
    List<String> options = new ArrayList<>(nodeOptions);
    if (tokens.isPresent()) {
      options.addAll(tokens.get().options(node));
    }
    if (tls) {
      options.addAll(certificates.nodeOptions(certificates));
    }
    return options;
  }

  /** What a node is started with that has the keys. */
  List<String> keyOptions() {
    return encrypted ? List.of("--encrypt", keyFile().toString()) : List.of();
  }

  /** Of the blob server's address. */
  String blobScheme() {
    return tls ? "https://" : "http://";
  }

  @Override
  public void beforeClassTemplateInvocation(ExtensionContext context) throws IOException {
    frontend = Frontends.of(context);
    if (frontend.lack().isPresent()) {
      return; // its tests are skipped
    }
    try {
      start();
    } catch (IOException | RuntimeException e) {
      printLogs();
      close();
      throw e;
    }
  }

  @Override
  public void afterClassTemplateInvocation(ExtensionContext context) throws IOException {
    if (directory != null) {
      close();
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable throwable)
      throws Throwable {
    printLogs();
    throw throwable;
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable throwable)
      throws Throwable {
    printLogs();
    close();
    throw throwable;
  }

  private void start() throws IOException {
    cleanup = new Thread(this::closeAtExit, "cluster-cleanup");
    Runtime.getRuntime().addShutdownHook(cleanup);
    directory = Files.createTempDirectory("dinofs-it-").toRealPath();
    if (encrypted) {
      keyCommand("new", keyFile().toString());
    }
    metadataServer = new Server("metadataserver", directory);
    blobServer = new Server("blobserver", directory);
    storeScheme.ifPresent(metadataServer::storeIn);
    List<String> known = new ArrayList<>();
    if (tls) {
      certificates = Certificates.make(directory.resolve("certificates"));
      known.addAll(List.of(certificates.serverOptions()));
    }
    metadataServer.always(known.toArray(String[]::new));
    if (withTokens) {
      tokens = Optional.of(Tokens.beside(metadataServer.data(), directory.resolve("tokens")));
      known.addAll(tokens.get().serverOptions());
    }
    blobServer.always(known.toArray(String[]::new));
    metadataServer.start(serverOptions());
    blobServer.start();
    if (inBucket) {
      S3Location location = S3Server.newLocation(S3Server.get().endpoint());
      bucket = Optional.of(S3Server.url(location));
    }
    for (String name : startedNodes) {
      node(name).beginStart();
    }
    for (String name : startedNodes) {
      node(name).awaitReady();
    }
  }

  /** Runs {@code dinofs key}, which has to succeed. */
  void keyCommand(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of("key"));
    all.addAll(List.of(arguments));
    try (Program command = Program.start("dinofs", directory.resolve("key.log"), all)) {
      if (command.awaitExit() != 0) {
        throw new IOException("dinofs " + all + " failed: " + command.log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** For everything of this cluster; on a disk, not on a mount of it. */
  Path directory() {
    return directory;
  }

  Server metadataServer() {
    return metadataServer;
  }

  Server blobServer() {
    return blobServer;
  }

  /** How the nodes of the tests that run now are mounted. */
  Frontend frontend() {
    return frontend;
  }

  /** The node with this name, not started if it is new. */
  Node node(String name) {
    return nodes.computeIfAbsent(name, n -> new Node(this, n));
  }

  /** A node that was never started, and that the caller closes. */
  Node freshNode() {
    return node("fresh-" + nodes.size());
  }

  private void closeAtExit() {
    try {
      end();
    } catch (IOException e) {
      System.err.println("the cluster in " + directory + " is not all gone: " + e);
    }
  }

  @Override
  public void close() throws IOException {
    Runtime.getRuntime().removeShutdownHook(cleanup);
    end();
  }

  private void end() throws IOException {
    List<Path> left = directory == null || !cacheless ? List.of() : memoryDirectories();
    for (Node node : nodes.values()) {
      node.close();
    }
    for (Path inMemory : left) {
      removeTree(inMemory); // nodes that are killed leave it
    }
    for (Server server : new Server[] {blobServer, metadataServer}) {
      if (server != null) {
        server.close();
      }
    }
    nodes.clear();
    if (directory != null) {
      removeTree(directory);
    }
    directory = null;
  }

  /** Where nodes without a cache on disk have theirs, as the links of their mounts say. */
  List<Path> memoryDirectories() throws IOException {
    Path links = directory.resolve("home/dinofs/mounts");
    List<Path> directories = new ArrayList<>();
    if (Files.isDirectory(links)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(links)) {
        for (Path link : found) {
          directories.add(Files.readSymbolicLink(link));
        }
      }
    }
    return directories;
  }

  /** Never descends into a mount. */
  private static void removeTree(Path directory) throws IOException {
    Process rm =
        new ProcessBuilder("rm", "-rf", "--one-file-system", directory.toString())
            .inheritIO()
            .start();
    try {
      rm.waitFor(Program.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void printLogs() throws IOException {
    if (directory == null) {
      return;
    }
    PrintStream out = System.err;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path log : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        out.println("---- " + log.getFileName());
        out.println(text.substring(Math.max(0, text.length() - LOG_CHARACTERS_SHOWN)));
      }
    }
    out.println("----");
  }
}
