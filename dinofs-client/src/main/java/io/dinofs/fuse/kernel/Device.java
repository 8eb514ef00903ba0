package io.dinofs.fuse.kernel;

import java.io.Closeable;

/** Where requests come from and answers go to. For one thread. */
interface Device extends Closeable {
  /**
   * Waits for a request.
   *
   * @return its length in bytes; 0 if there will be none any more
   */
  int read(NativeBuffer request);

  /**
   * Gives the kernel one answer.
   *
   * @return OK, or the errno with which the kernel refused it; ENOENT if it does not wait any more
   */
  int write(NativeBuffer answer, int bytes);

  @Override
  void close();
}
