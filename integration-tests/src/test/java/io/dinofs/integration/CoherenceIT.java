package io.dinofs.integration;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two nodes change the same few names while others on both look at them all the time: at each pause
 * both mounts show what a node shows that is mounted then and has nothing cached.
 *
 * <p>{@code -Ddinofs.changes=100000} is the long form, {@code -Ddinofs.seed=N} draws the same
 * changes again; in which order the threads come to make them is not repeated.
 */
@OnEachFrontend
final class CoherenceIT {
  @RegisterExtension
  static final Cluster CLUSTER = new Cluster(Coherence.NODES.toArray(String[]::new));

  private final int changes = Integer.getInteger("dinofs.changes", 6000);

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void atEachPauseBothMountsAndAFreshOneShowTheSame() throws Exception {
    new Coherence(CLUSTER, changes).run();
  }
}
