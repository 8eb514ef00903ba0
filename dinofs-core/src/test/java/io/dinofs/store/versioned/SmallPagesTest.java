package io.dinofs.store.versioned;

import io.dinofs.store.ControlledStore;
import io.dinofs.store.ScannableStoreContract;
import io.dinofs.store.VersionedStore;
import io.dinofs.store.memory.MemoryStore;
import java.util.Optional;

/** The contract once more, with pages so small that every test splits them and gives them up. */
final class SmallPagesTest extends ScannableStoreContract {
  private final MemoryStore below = new MemoryStore();

  @Override
  protected VersionedStore open() throws Exception {
    return VersionedStoreWrapper.open(new ControlledStore(below), 100);
  }

  @Override
  protected Optional<VersionedStore> reopen() throws Exception {
    return Optional.of(open());
  }
}
