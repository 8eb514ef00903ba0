package io.dinofs.metadataserver;

import io.dinofs.limit.NodeLimits;
import java.time.Duration;

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
 * @param interestInodes of fewer inodes than these a node is told for as long as it is connected;
 *     with more it is asked from time to time what it still keeps. What is noted of a node takes
 *     128 KiB at most, 256 KiB while it is asked
 * @param interestGrace the longest that a node may take until it keeps something that it has read;
 *     more may cost it some caching
 * @param messageTime the longest that a message may take to come, from its first byte to its last
 * @param perNode what one node may use
 */
public record ServerLimits(
    int connections,
    int requestsPerConnection,
    long pausePendingBytes,
    long maxPendingBytes,
    int resumeRecords,
    int interestInodes,
    Duration interestGrace,
    Duration messageTime,
    NodeLimits perNode) {
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          1024,
          1024,
          16L << 20,
          64L << 20,
          10_000,
          8192,
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          NodeLimits.DEFAULT);

  /** With the usual limits of one node. */
  public ServerLimits(
      int connections,
      int requestsPerConnection,
      long pausePendingBytes,
      long maxPendingBytes,
      int resumeRecords,
      int interestInodes,
      Duration interestGrace) {
    this(
        connections,
        requestsPerConnection,
        pausePendingBytes,
        maxPendingBytes,
        resumeRecords,
        interestInodes,
        interestGrace,
        DEFAULT.messageTime,
        DEFAULT.perNode);
  }

  /** The same limits, but for those of one node. */
  ServerLimits withPerNode(NodeLimits limits) {
    return new ServerLimits(
        connections,
        requestsPerConnection,
        pausePendingBytes,
        maxPendingBytes,
        resumeRecords,
        interestInodes,
        interestGrace,
        messageTime,
        limits);
  }

  /** The same limits, but for how long a message may take. */
  ServerLimits withMessageTime(Duration time) {
    return new ServerLimits(
        connections,
        requestsPerConnection,
        pausePendingBytes,
        maxPendingBytes,
        resumeRecords,
        interestInodes,
        interestGrace,
        time,
        perNode);
  }

  /** The same limits, but for when a node is asked what it keeps. */
  ServerLimits withInterest(int inodes, Duration grace) {
    return new ServerLimits(
        connections,
        requestsPerConnection,
        pausePendingBytes,
        maxPendingBytes,
        resumeRecords,
        inodes,
        grace,
        messageTime,
        perNode);
  }
}
