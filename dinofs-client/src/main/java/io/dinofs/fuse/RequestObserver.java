package io.dinofs.fuse;

/** Is told of every request of the kernel. Called by any thread, and waited for: to be quick. */
@FunctionalInterface
public interface RequestObserver {
  /** Does not want to know. */
  RequestObserver NONE = (operation, tookNanos) -> {};

  /**
   * A request was handled.
   *
   * @param operation its name, one of a few dozen
   * @param tookNanos from the moment that it was read to that when the kernel had the answer; for a
   *     lock that is waited for, to the beginning of the wait
   */
  void handled(String operation, long tookNanos);
}
