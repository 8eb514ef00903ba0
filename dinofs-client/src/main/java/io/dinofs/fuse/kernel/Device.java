package io.dinofs.fuse.kernel;

import java.io.Closeable;

/**
 * Where requests come from and answers go to. Requests are read by one thread; answers are written
 * by any.
 */
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

  /** This device, which has to be closed once more. */
  Device retain();

  /** Gives it up; when nobody uses it any more, requests read from it are not answered any more. */
  @Override
  void close();
}
