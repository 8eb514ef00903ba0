package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.store.FileReceiver;
import io.dinofs.store.FileStore;
import io.dinofs.store.Key;
import io.dinofs.store.Store;
import java.util.Optional;

/** Brings a value from one store into another. Safe for any number of threads. */
@FunctionalInterface
interface Transfer {
  /**
   * @return false if the store that it comes from has it not
   * @throws DinofsException as {@link Store#get} of the one, {@link Store#put} of the other
   */
  boolean carry(Key key) throws DinofsException;

  /** From file to file where both can do that, otherwise by way of the memory. */
  static Transfer between(Store from, Store to) {
    if (from instanceof FileStore files && to instanceof FileReceiver receiver) {
      return key -> receiver.putFrom(files, key);
    }
    return key -> {
      Optional<Bytes> value = from.get(key);
      if (value.isPresent()) {
        to.put(key, value.get());
      }
      return value.isPresent();
    };
  }
}
