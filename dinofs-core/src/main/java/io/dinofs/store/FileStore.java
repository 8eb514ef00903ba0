package io.dinofs.store;

import io.dinofs.model.DinofsException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A {@link Store} whose values are local files, so that they can be read in parts and taken over
 * without a copy.
 */
public interface FileStore extends Store {
  /**
   * Opens the value for positional reads. What is read through the channel stays as it was at this
   * moment, also when the key is put again, deleted or evicted; the caller closes the channel.
   *
   * @return empty if there is no such key
   * @throws DinofsException as {@link Store#get}
   */
  Optional<FileChannel> open(Key key) throws DinofsException;

  /**
   * As {@link Store#put} with the bytes of {@code file}, which must lie on the store's file system
   * (see {@link #newTemporaryFile}) and belongs to the store from now on, also if the call fails.
   *
   * @throws DinofsException as {@link Store#put}
   */
  void adopt(Key key, Path file) throws DinofsException;

  /**
   * Creates an empty file that {@link #adopt} can take over. A file that is never adopted is
   * removed when the store is opened next.
   *
   * @throws DinofsException NO_SPACE, IO, CLOSED
   */
  Path newTemporaryFile() throws DinofsException;
}
