package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Interruptions;
import io.dinofs.fuse.LockWaits;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.fuse.Squash;
import io.dinofs.vfs.FileSystem;
import java.util.Optional;

/** What all threads that serve one mount share. Safe for any number of threads. */
final class Connection {
  /** The largest read or write: FUSE_MAX_PAGES allows 256 pages. */
  static final int MAX_REQUEST_BYTES = 1 << 20;

  private final RequestTable table = new RequestTable();
  private final LookupCounts lookups;
  private final Interruptions interruptions = new Interruptions(Interruptions.PATIENCE);
  private final LockWaits lockWaits = new LockWaits();
  private final CachePolicy policy;
  private final InitRequest init;
  private final SquashedRequests squashed;
  private final Optional<PassthroughFiles> passthrough;

  /**
   * @param lookups is told of the inodes that answers name
   */
  Connection(FileSystem files, CachePolicy policy, LookupCounts lookups) {
    this(files, policy, lookups, Optional.empty(), Squash.NONE);
  }

  /**
   * @param lookups is told of the inodes that answers name
   * @param squash with any but NONE the policy has to let the kernel keep nothing
   * @param passthrough empty if all that is read is asked for
   */
  Connection(
      FileSystem files,
      CachePolicy policy,
      LookupCounts lookups,
      Optional<PassthroughFiles> passthrough,
      Squash squash) {
    this.policy = policy;
    this.passthrough = passthrough;
    this.lookups = lookups;
    init =
        new InitRequest(
            policy.invalidatesPages(),
            files.locks().isPresent(),
            passthrough.isPresent(),
            squash.isNone());
    squashed = new SquashedRequests(squash, files, init);
    init.install(table);
    OpenHandles<FileSystem.FileHandle> openFiles = new OpenHandles<>(FileSystem.FileHandle::inode);
    OpenHandles<OpenedDirectory> openDirectories = new OpenHandles<>(OpenedDirectory::inode);
    new ConnectionRequests(lookups, policy, interruptions, lockWaits).install(table);
    new NameRequests(files).install(table);
    new AttributeRequests(files, openFiles, passthrough).install(table);
    new FileRequests(files, openFiles, passthrough).install(table);
    new RangeRequests(files, openFiles, passthrough).install(table);
    new DirectoryRequests(files, openDirectories, policy).install(table);
    new XattrRequests(files, init).install(table);
    files.locks().ifPresent(locks -> new LockRequests(locks, openFiles, lockWaits).install(table));
  }

  /** There will be no request any more, and nobody who waits for an answer. */
  void end() {
    lockWaits.close();
    passthrough.ifPresent(PassthroughFiles::end);
  }

  RequestTable table() {
    return table;
  }

  LookupCounts lookups() {
    return lookups;
  }

  Interruptions interruptions() {
    return interruptions;
  }

  CachePolicy policy() {
    return policy;
  }

  CacheTicket newTicket() {
    return policy.newTicket();
  }

  SquashedRequests squashed() {
    return squashed;
  }

  InitRequest init() {
    return init;
  }
}
