package io.dinofs.cache;

import io.dinofs.model.DinofsException;
import io.dinofs.store.VersionedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Over one store in memory, with answers and pushes that take their time. */
class CoherenceModelTest extends CoherenceModel {
  private final List<ControllableStore> connections = new ArrayList<>();

  @Override
  protected VersionedStore openNode(long cacheBytes) throws DinofsException {
    ControllableStore connection =
        new ControllableStore(shared, CoherenceModelTest::sometimesPause);
    connections.add(connection);
    return CachingVersionedStore.open(connection, Caches.settings(cacheBytes));
  }

  private static void sometimesPause() {
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
    }
  }

  @Override
  protected void disturb() throws DinofsException {
    for (ControllableStore connection : connections) {
      connection.loseContinuity();
    }
  }
}
