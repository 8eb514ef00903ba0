package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Squash;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.CallerChecks;
import io.dinofs.vfs.FileSystem;

/**
 * Says who asks, and on a mount with a {@link Squash}, where the kernel would check the permissions
 * of somebody else and therefore checks none, whether they may. Safe for any number of threads.
 */
final class Squashing {
  private static final int ACCESS_MASK = 7;

  private final Squash squash;
  private final CallerChecks checks;

  Squashing(Squash squash, FileSystem files) {
    this.squash = squash;
    this.checks = new CallerChecks(files);
  }

  /** What a caller has to be permitted. */
  @FunctionalInterface
  interface Check {
    /**
     * @throws DinofsException ACCESS_DENIED, NOT_PERMITTED; and what a look at the inodes throws
     */
    void of(CallerChecks checks, Caller caller) throws DinofsException;
  }

  /** Lets the kernel ask for access(2) and chdir(2), if it does not decide that by itself. */
  void install(LowLevelOperations operations) {
    if (!squash.isNone()) {
      operations.access.set(this::access);
    }
  }

  private void access(long request, long inode, int mask) {
    Exchange.serve(
        "access",
        request,
        exchange ->
            exchange.require(
                request,
                (rules, caller) -> rules.access(caller, new InodeId(inode), mask & ACCESS_MASK)));
  }

  /** Who a caller counts as. */
  Caller of(Caller caller) {
    return squash.of(caller);
  }

  /**
   * Does nothing where the kernel has checked.
   *
   * @param caller who was squashed already
   */
  void require(Caller caller, Check check) throws DinofsException {
    if (!squash.isNone()) {
      check.of(checks, caller);
    }
  }

  /** See {@link CallerChecks#change}; all of the change where the kernel has checked. */
  AttributeChange permitted(Caller caller, InodeId inode, AttributeChange change, boolean opened)
      throws DinofsException {
    return squash.isNone() ? change : checks.change(caller, inode, change, opened);
  }
}
