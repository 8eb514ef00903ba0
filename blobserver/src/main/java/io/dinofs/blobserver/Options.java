package io.dinofs.blobserver;

import io.dinofs.access.Gate;
import io.dinofs.access.TokenFile;
import io.dinofs.config.ConfigurationFile;
import io.dinofs.config.HostAndPort;
import io.dinofs.limit.NodeLimitOptions;
import io.dinofs.limit.NodeLimits;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.tls.ServerTls;
import io.dinofs.tls.ServerTlsOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What the server is told on its command line, and where that is silent, in its configuration file.
 */
final class Options {
  private static final String DEFAULT_LISTEN = "127.0.0.1:3002";

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where to listen; port 0 takes a free one. Default: " + DEFAULT_LISTEN)
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the blobs are kept; made if it does not exist. Required.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description = {
        "The metadata server's file of tokens (beside its data, DIR.tokens), or a copy: who has none",
        "of these is not served. Read anew when it is replaced. Default: no token is needed"
      })
  private Optional<Path> tokens = Optional.empty();

  @Mixin private ServerTlsOptions tls;

  @Mixin private NodeLimitOptions perNode;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "A JSON object with the keys listen, data, tokens, tlsCert, tlsKey, tlsClientCa, insecure,",
        "connectionsPerNode, requestsPerNode; the command line has precedence."
      })
  private Optional<Path> config = Optional.empty();

  /** The keys of the configuration file; null where a key is missing. */
  record Configuration(
      String listen,
      String data,
      String tokens,
      String tlsCert,
      String tlsKey,
      String tlsClientCa,
      Boolean insecure,
      Integer connectionsPerNode,
      Integer requestsPerNode) {
    private static final Configuration EMPTY =
        new Configuration(null, null, null, null, null, null, null, null, null);

    ServerTlsOptions.Configured tls() {
      return new ServerTlsOptions.Configured(tlsCert, tlsKey, tlsClientCa, insecure);
    }
  }

  /**
   * What counts.
   *
   * @param tls empty for connections without TLS
   * @param tokens who may do what
   * @param perNode what one node may use
   */
  record Settings(
      InetSocketAddress listen,
      Optional<ServerTls> tls,
      Gate tokens,
      NodeLimits perNode,
      Path data) {}

  /**
   * @throws DinofsException INVALID, NOT_FOUND, IO for the configuration file and those of TLS
   * @throws IllegalArgumentException for what is missing or no address; the message is for people
   */
  Settings settings() throws DinofsException {
    if (config.isEmpty()) {
      return settings(Configuration.EMPTY);
    }
    Configuration file = ConfigurationFile.read(config.get(), Configuration.class);
    try {
      return settings(file);
    } catch (IllegalArgumentException e) {
      throw new DinofsException(
          ErrorKind.INVALID, config.get() + " or the command line: " + e.getMessage(), e);
    }
  }

  private Settings settings(Configuration file) throws DinofsException {
    String address = listen.or(() -> Optional.ofNullable(file.listen())).orElse(DEFAULT_LISTEN);
    Path directory =
        data.or(() -> Optional.ofNullable(file.data()).map(Path::of))
            .orElseThrow(
                () -> new IllegalArgumentException("--data is missing: where are blobs kept?"));
    InetSocketAddress resolved = HostAndPort.parse(address).resolve();
    Optional<Path> shown = tokens.or(() -> Optional.ofNullable(file.tokens()).map(Path::of));
    Gate gate = shown.isPresent() ? Gate.required(new TokenFile(shown.get())) : Gate.open();
    return new Settings(
        resolved,
        tls.open(resolved, file.tls(), gate.isShut()),
        gate,
        perNode.limits(file.connectionsPerNode(), file.requestsPerNode()),
        directory);
  }
}
