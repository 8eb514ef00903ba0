package io.dinofs.fuse.jnr;

import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import jnr.ffi.LibraryLoader;

/** Finds libfuse 2 on this machine. */
final class LibFuseLoader {
  private LibFuseLoader() {}

  /**
   * @throws DinofsException NOT_SUPPORTED if libfuse 2 is not installed
   */
  static LibFuse load() throws DinofsException {
    try {
      return LibraryLoader.create(LibFuse.class).failImmediately().load("libfuse.so.2");
    } catch (LinkageError e) {
      throw new DinofsException(
          ErrorKind.NOT_SUPPORTED, "libfuse.so.2 is missing; install the package libfuse2", e);
    }
  }
}
