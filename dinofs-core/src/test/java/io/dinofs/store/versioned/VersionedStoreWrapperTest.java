package io.dinofs.store.versioned;

import io.dinofs.store.ControlledStore;
import io.dinofs.store.ScannableStoreContract;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.memory.MemoryStore;
import java.util.Optional;

final class VersionedStoreWrapperTest extends ScannableStoreContract {
  private final MemoryStore below = new MemoryStore();

  @Override
  protected VersionedStore open() throws Exception {
    return VersionedStoreWrapper.open(new ControlledStore(below));
  }

  @Override
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.of(open());
  }
}
