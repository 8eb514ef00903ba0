package io.dinofs.integration;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * As {@link CoherenceIT}, with nodes that can cache hardly anything, and a server that asks them
 * all the time what they still have: what their kernels keep is told to them nevertheless.
 *
 * <p>{@code -Ddinofs.changes=100000} is the long form, {@code -Ddinofs.seed=N} draws the same
 * changes again; in which order the threads come to make them is not repeated.
 */
@OnEachFrontend
final class TinyCacheIT {
  @RegisterExtension
  static final Cluster CLUSTER =
      new Cluster(Coherence.NODES.toArray(String[]::new))
          .withServerOptions("--interest", "1", "--lease", "2")
          .withNodeOptions("--metadata-cache", "8K");

  private final int changes = Integer.getInteger("dinofs.changes", 3000);

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void atEachPauseBothMountsAndAFreshOneShowTheSame() throws Exception {
    new Coherence(CLUSTER, changes).run();
  }
}
