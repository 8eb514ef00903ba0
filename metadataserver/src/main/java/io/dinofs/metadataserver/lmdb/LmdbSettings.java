package io.dinofs.metadataserver.lmdb;

import java.time.Duration;

/**
 * How a volume is kept. The defaults bound the heap to about 100 MiB however large the volume is.
 *
 * @param segmentBytes size of a file of the journal; there are four
 * @param checkpointBytes a table in memory of about this size is moved to LMDB
 * @param checkpointAge so is one that was begun so long ago
 * @param leastMapBytes where LMDB's map starts; it grows by itself
 * @param rememberedKeys how many changed keys are remembered for nodes that return
 */
public record LmdbSettings(
    long segmentBytes,
    long checkpointBytes,
    Duration checkpointAge,
    long leastMapBytes,
    int rememberedKeys) {
  public static final LmdbSettings DEFAULT =
      new LmdbSettings(32L << 20, 16L << 20, Duration.ofSeconds(30), 256L << 20, 50_000);
}
