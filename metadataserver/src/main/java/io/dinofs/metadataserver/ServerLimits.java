package io.dinofs.metadataserver;

/**
 * What one server takes at most, so that no client can use up its memory.
 *
 * @param connections connections at once; one more is closed at once
 * @param requestsPerConnection commits of one connection that are not answered yet; a client that
 *     sends more is cut off
 * @param pausePendingBytes a connection with so much to be sent is not read from until it has taken
 *     it
 * @param maxPendingBytes a connection with so much to be sent is cut off
 * @param resumeRecords the most changed records that a returning node is told; with more it starts
 *     anew
 */
public record ServerLimits(
    int connections,
    int requestsPerConnection,
    long pausePendingBytes,
    long maxPendingBytes,
    int resumeRecords) {
  public static final ServerLimits DEFAULT =
      new ServerLimits(1024, 1024, 16L << 20, 64L << 20, 10_000);
}
