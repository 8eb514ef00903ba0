package io.dinofs.vfs;

import io.dinofs.model.Bytes;
import io.dinofs.model.DinofsException;
import java.util.Optional;

/** The extended attributes of one inode while an operation on it is evaluated. For one thread. */
interface XattrView {
  Optional<Bytes> get(Bytes name) throws DinofsException;

  /**
   * @throws DinofsException NO_SPACE if there are too many
   */
  void put(Bytes name, Bytes value) throws DinofsException;

  /** Nothing happens if it is not there. */
  void remove(Bytes name) throws DinofsException;

  /** How many there are now. */
  int count();
}
