package io.dinofs.store;

import java.util.function.Consumer;

/** A {@link Store} that drops values to have room and gets them again from elsewhere. */
public interface EvictingStore extends Store {
  /**
   * Calls {@code listener} with the key of every value that is dropped from now on, right after
   * that. What is read under the key later has come from elsewhere. The listener must be quick and
   * must not call the store.
   */
  void onEvicted(Consumer<Key> listener);
}
