package io.dinofs.vfs;

import java.util.concurrent.TimeUnit;

/**
 * Whether this node's operations know what has become of their commits. An operation that gave up,
 * because the server was away or because it was interrupted, has failed, and yet its commit may
 * come about later. Safe for any number of threads.
 */
final class OwnCommits {
  /** Longer than a commit can be on its way between two programs that live. */
  private static final long DOUBT_NANOS = TimeUnit.MINUTES.toNanos(2);

  /** Whether there ever was a doubt; written before {@link #doubtfulSince} is read. */
  private volatile boolean doubted;

  private volatile long doubtfulSince;

  /** An operation has given up. */
  void outcomeUnknown() {
    doubtfulSince = System.nanoTime();
    doubted = true;
  }

  /** Whether each commit of this node belongs to an operation that will tell of its success. */
  boolean areKnown() {
    return !doubted || System.nanoTime() - doubtfulSince > DOUBT_NANOS;
  }
}
