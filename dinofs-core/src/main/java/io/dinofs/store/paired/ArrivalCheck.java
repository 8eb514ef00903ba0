package io.dinofs.store.paired;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import io.dinofs.store.Key;

/** Looks at every value that comes from the slow store before anything else does. */
@FunctionalInterface
public interface ArrivalCheck {
  ArrivalCheck NONE = (key, value) -> {};

  /**
   * @throws DinofsException CORRUPT if it is not what it should be; then it is not kept, and the
   *     get fails so
   */
  void arrived(Key key, Bytes value) throws DinofsException;
}
