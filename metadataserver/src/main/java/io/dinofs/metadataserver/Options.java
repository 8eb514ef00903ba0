package io.dinofs.metadataserver;

import io.dinofs.access.Gate;
import io.dinofs.access.TokenFile;
import io.dinofs.config.ConfigurationFile;
import io.dinofs.config.HostAndPort;
import io.dinofs.config.Sections;
import io.dinofs.limit.NodeLimitOptions;
import io.dinofs.limit.NodeLimits;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.store.configured.StoreType;
import io.dinofs.tls.ServerTls;
import io.dinofs.tls.ServerTlsOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What the server is told on its command line, and where that is silent, in its configuration file.
 */
final class Options {
  private static final String DEFAULT_LISTEN = "127.0.0.1:3003";
  private static final int DEFAULT_LEASE_SECONDS = 5;
  private static final int MAX_LEASE_SECONDS = 3600;
  private static final int DEFAULT_SLOW_MILLIS = 1000;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen; port 0 takes a free one. Default: " + DEFAULT_LISTEN)
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the volume is kept. This or --store is required.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = {
        "What the volume is kept in: lmdb:DIR, as --data DIR has it, or, slowly, any plain store:",
        "disk:DIR, s3://BUCKET/PREFIX[?endpoint=URL&region=NAME&pathStyle=true], or config:NAME, one",
        "of the configuration's stores."
      })
  private Optional<String> store = Optional.empty();

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      description =
          "How long a strict node that is not heard of is waited for. Default: "
              + DEFAULT_LEASE_SECONDS)
  private Optional<Integer> lease = Optional.empty();

  @Option(
      names = "--metrics",
      paramLabel = "HOST:PORT",
      description = {
        "Where to tell metrics, at /metrics, in Prometheus' text format. Default: nowhere"
      })
  private Optional<String> metrics = Optional.empty();

  @Option(
      names = "--slow",
      paramLabel = "MILLISECONDS",
      description = "What takes so long is told in the log. Default: " + DEFAULT_SLOW_MILLIS)
  private Optional<Integer> slow = Optional.empty();

  @Option(
      names = "--interest",
      paramLabel = "INODES",
      hidden = true,
      description = {
        "A node that may have more inodes in its caches is asked now and then what it still has."
      })
  private int interest = ServerLimits.DEFAULT.interestInodes();

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = {
        "The file of the nodes' tokens, as token add has made it. Default: beside --data, DIR.tokens;",
        "without that file no token is needed."
      })
  private Optional<Path> tokens = Optional.empty();

  @Mixin private ServerTlsOptions tls;

  @Mixin private NodeLimitOptions perNode;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "A JSON object with the keys listen, data, store, stores, lease, metrics, slow, tokens,",
        "tlsCert, tlsKey, tlsClientCa, insecure, connectionsPerNode, requestsPerNode; the command line",
        "has precedence."
      })
  private Optional<Path> config = Optional.empty();

  /** The keys of the configuration file; null where a key is missing. */
  record Configuration(
      String listen,
      String data,
      String store,
      Sections stores,
      Integer lease,
      String metrics,
      Integer slow,
      String tokens,
      String tlsCert,
      String tlsKey,
      String tlsClientCa,
      Boolean insecure,
      Integer connectionsPerNode,
      Integer requestsPerNode) {
    private static final Configuration EMPTY =
        new Configuration(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    ServerTlsOptions.Configured tls() {
      return new ServerTlsOptions.Configured(tlsCert, tlsKey, tlsClientCa, insecure);
    }
  }

  /**
   * What counts.
   *
   * @param lease 1 second to 1 hour
   * @param tls empty for connections without TLS
   * @param tokens who may connect
   * @param metrics where to tell metrics; empty for nowhere
   * @param slow from which on an operation is told in the log
   * @param perNode what one node may use
   * @param interest see {@link ServerLimits#interestInodes}
   */
  record Settings(
      InetSocketAddress listen,
      Optional<ServerTls> tls,
      Gate tokens,
      Engine engine,
      Duration lease,
      Optional<HostAndPort> metrics,
      Duration slow,
      int interest,
      NodeLimits perNode) {}

  /**
   * @throws DinofsException INVALID, NOT_FOUND, IO for the configuration file and those of TLS
   * @throws IllegalArgumentException for what is missing or out of range; the message is for people
   */
  Settings settings() throws DinofsException {
    Configuration file =
        config.isPresent()
            ? ConfigurationFile.read(config.get(), Configuration.class)
            : Configuration.EMPTY;
    try {
      return settings(file);
    } catch (IllegalArgumentException e) {
      if (config.isPresent()) {
        throw new DinofsException(
            ErrorKind.INVALID, config.get() + " or the command line: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private Settings settings(Configuration file) throws DinofsException {
    String address = listen.or(() -> Optional.ofNullable(file.listen())).orElse(DEFAULT_LISTEN);
    int seconds = lease.or(() -> Optional.ofNullable(file.lease())).orElse(DEFAULT_LEASE_SECONDS);
    if (seconds < 1 || seconds > MAX_LEASE_SECONDS) {
      throw new IllegalArgumentException(
          "a lease has 1 to %d seconds, not %d".formatted(MAX_LEASE_SECONDS, seconds));
    }
    int slowMillis = slow.or(() -> Optional.ofNullable(file.slow())).orElse(DEFAULT_SLOW_MILLIS);
    if (slowMillis < 1) {
      throw new IllegalArgumentException("slow is a millisecond at least, not " + slowMillis);
    }
    InetSocketAddress resolved = HostAndPort.parse(address).resolve();
    Engine engine = engine(file);
    Gate gate = gate(file);
    return new Settings(
        resolved,
        tls.open(resolved, file.tls(), gate.isShut()),
        gate,
        engine,
        Duration.ofSeconds(seconds),
        metrics.or(() -> Optional.ofNullable(file.metrics())).map(HostAndPort::parse),
        Duration.ofMillis(slowMillis),
        interest,
        perNode.limits(file.connectionsPerNode(), file.requestsPerNode()));
  }

  private Gate gate(Configuration file) throws DinofsException {
    Optional<Path> named = tokens.or(() -> Optional.ofNullable(file.tokens()).map(Path::of));
    if (named.isPresent()) {
      return Gate.required(new TokenFile(named.get()));
    }
    Optional<Path> beside =
        directory(file).or(() -> described(file).flatMap(Engine::directory)).map(TokenFile::beside);
    return beside.isPresent() ? Gate.of(new TokenFile(beside.get())) : Gate.open();
  }

  private Optional<Path> directory(Configuration file) {
    return isGiven() ? data : Optional.ofNullable(file.data()).map(path -> Path.of(path));
  }

  private Optional<String> described(Configuration file) {
    return isGiven() ? store : Optional.ofNullable(file.store());
  }

  private boolean isGiven() {
    return data.isPresent() || store.isPresent();
  }

  private Engine engine(Configuration file) throws DinofsException {
    Map<String, StoreType.Definition> configured =
        file.stores() == null
            ? Map.of()
            : Engine.TYPES.readAll(config.orElseThrow(), "stores", file.stores());
    Optional<Path> directory = directory(file);
    Optional<String> described = described(file);
    if (directory.isPresent() == described.isPresent()) {
      throw new IllegalArgumentException(
          directory.isPresent()
              ? "--data and --store: the volume is kept in one place"
              : "--data or --store is missing: where is the volume kept?");
    }
    return directory.isPresent()
        ? Engine.lmdb(directory.get())
        : Engine.parse(described.get(), configured);
  }
}
