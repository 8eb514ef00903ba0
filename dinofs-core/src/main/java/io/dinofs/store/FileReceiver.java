package io.dinofs.store;

import io.dinofs.model.DinofsException;

/** A {@link Store} that takes values out of files, without having them in memory. */
public interface FileReceiver extends Store {
  /**
   * As {@link Store#put} with the value that {@code source} has under {@code key}.
   *
   * @return false if it has none, and then nothing is put
   * @throws DinofsException as {@link Store#put}, and {@link FileStore#open} of the source
   */
  boolean putFrom(FileStore source, Key key) throws DinofsException;
}
