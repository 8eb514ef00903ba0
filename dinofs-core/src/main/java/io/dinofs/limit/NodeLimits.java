package io.dinofs.limit;

/**
 * What one node may use of a server: one token, and where there are none, one address.
 *
 * @param connections at once, also those of one address whose tokens are not proved yet
 * @param requestsPerSecond more have to wait; those of one second may come at once
 * @param bytesUnderWay of requests that are not answered yet
 */
public record NodeLimits(int connections, int requestsPerSecond, long bytesUnderWay) {
  public static final NodeLimits DEFAULT = new NodeLimits(512, 50_000, 64L << 20);

  /**
   * @throws IllegalArgumentException if one is not positive
   */
  public NodeLimits {
    if (connections < 1 || requestsPerSecond < 1 || bytesUnderWay < 1) {
      throw new IllegalArgumentException("a node may have one connection and one request at least");
    }
  }
}
