package io.dinofs.cache;

import io.dinofs.metadataserver.ServerLimits;
import java.time.Duration;

/**
 * With a server that asks all the time what the nodes still keep: a node is told of everything that
 * it keeps, although it is not told of all.
 */
class ForgettingNodesModelTest extends CutConnectionsModel {
  private static final ServerLimits LIMITS =
      new ServerLimits(16, 1024, 16 << 20, 64 << 20, 10_000, 1, Duration.ZERO);

  ForgettingNodesModelTest() {
    super(LIMITS, 1);
  }
}
