package io.dinofs.limit;

import java.util.Optional;
import picocli.CommandLine.Option;

/** What a server is told of how much one node may use. */
public final class NodeLimitOptions {
  @Option(
      names = "--connections-per-node",
      paramLabel = "N",
      description =
          "Connections at once of one token, and of one address. Default: 512, of 1024 in all")
  private Optional<Integer> connections = Optional.empty();

  @Option(
      names = "--requests-per-node",
      paramLabel = "N",
      description = {
        "Requests a second of one token, or without tokens of one address; more have to wait.",
        "Default: 50000"
      })
  private Optional<Integer> requests = Optional.empty();

  /** Filled by the command line. */
  public NodeLimitOptions() {}

  /**
   * What counts; what the command line says has precedence.
   *
   * @param connectionsPerNode the key of a configuration file; null where it is missing
   * @param requestsPerNode as the other one
   * @throws IllegalArgumentException if one is not positive
   */
  public NodeLimits limits(Integer connectionsPerNode, Integer requestsPerNode) {
    return new NodeLimits(
        connections
            .or(() -> Optional.ofNullable(connectionsPerNode))
            .orElse(NodeLimits.DEFAULT.connections()),
        requests
            .or(() -> Optional.ofNullable(requestsPerNode))
            .orElse(NodeLimits.DEFAULT.requestsPerSecond()),
        NodeLimits.DEFAULT.bytesUnderWay());
  }
}
