package io.dinofs.metadataserver.lmdb;

import io.dinofs.store.VersionedStore;
import io.dinofs.store.VersionedStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The store on disk keeps the contract, with checkpoints all the time. */
final class LmdbVersionedStoreTest extends VersionedStoreContract {
  private static final LmdbSettings SMALL =
      new LmdbSettings(1 << 20, 4096, Duration.ofMillis(20), 1 << 20, 10_000);

  @TempDir private Path directory;

  @Override
  protected VersionedStore open() throws Exception {
    return LmdbVersionedStore.open(directory, SMALL);
  }

  @Override
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.of(open());
  }
}
