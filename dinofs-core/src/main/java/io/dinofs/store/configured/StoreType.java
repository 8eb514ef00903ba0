package io.dinofs.store.configured;

import io.dinofs.config.Section;
import io.dinofs.model.DinofsException;
import io.dinofs.store.Store;
import java.util.Map;

/** A kind of store that can be described in a configuration. */
public interface StoreType {
  /** The value of {@code "type"}. */
  String name();

  /** The keys beside it, each with what it means. */
  Map<String, String> keys();

  /**
   * Looks at the values, and opens nothing yet.
   *
   * @param section has no keys but {@link #keys}
   * @param types for the stores that this one is made of
   * @throws DinofsException INVALID, with file and key, for a value that will not do
   */
  Definition read(Section section, StoreTypes types) throws DinofsException;

  /** A store that can be opened. */
  @FunctionalInterface
  interface Definition {
    /**
     * @return a store that the caller closes
     * @throws DinofsException what the store's own opening throws
     */
    Store open() throws DinofsException;
  }
}
