package io.dinofs.blobserver;

import io.dinofs.limit.NodeLimits;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * How a {@link BlobServer} serves.
 *
 * @param listen port 0 takes a free one
 * @param maxConnections connections beyond it are answered 503 and closed
 * @param maxWaitingGets GETs that wait for a blob at one time; more are answered 503
 * @param readThreads how many blobs are opened at one time
 * @param writeThreads how many blobs are written and synced at one time
 * @param idleLimit a connection without a request is closed after it
 * @param headLimit a request's head has to be complete that long after its first byte
 * @param stallLimit a body that does not move for that long, in either direction, is given up
 * @param stopLimit requests under way when the server is stopped may take that long
 * @param perNode what one node may use
 */
public record BlobServerSettings(
    InetSocketAddress listen,
    int maxConnections,
    int maxWaitingGets,
    int readThreads,
    int writeThreads,
    Duration idleLimit,
    Duration headLimit,
    Duration stallLimit,
    Duration stopLimit,
    NodeLimits perNode) {

  /** With the usual limits of one node. */
  public BlobServerSettings(
      InetSocketAddress listen,
      int maxConnections,
      int maxWaitingGets,
      int readThreads,
      int writeThreads,
      Duration idleLimit,
      Duration headLimit,
      Duration stallLimit,
      Duration stopLimit) {
    this(
        listen,
        maxConnections,
        maxWaitingGets,
        readThreads,
        writeThreads,
        idleLimit,
        headLimit,
        stallLimit,
        stopLimit,
        NodeLimits.DEFAULT);
  }

  /** The same, but for what one node may use. */
  BlobServerSettings withPerNode(NodeLimits limits) {
    return new BlobServerSettings(
        listen,
        maxConnections,
        maxWaitingGets,
        readThreads,
        writeThreads,
        idleLimit,
        headLimit,
        stallLimit,
        stopLimit,
        limits);
  }

  /** What the program uses unless it is told otherwise. */
  public static BlobServerSettings defaults(InetSocketAddress listen) {
    return new BlobServerSettings(
        listen,
        1024,
        512,
        8,
        32,
        Duration.ofMinutes(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10));
  }
}
