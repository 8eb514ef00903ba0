package io.dinofs.vfs;

import io.dinofs.model.DinofsException;

/** A file system that knows which contents are on this machine. Safe for any number of threads. */
public interface LocalFiles {
  /**
   * Whether the file is one blob that is here, not encrypted, with nothing written to it that is
   * not committed; so that it can be read without a network. May change at any moment.
   *
   * @throws DinofsException STALE_HANDLE
   */
  boolean isOneLocalBlob(FileSystem.FileHandle handle) throws DinofsException;
}
