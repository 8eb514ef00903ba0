package io.dinofs.fuse.jnr;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.LockArguments;
import io.dinofs.fuse.LockWaits;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileLocks;
import io.dinofs.vfs.FileSystem.FileHandle;

/**
 * Requests about locks. If they are not installed the kernel keeps the locks, for this node alone.
 */
final class LockRequests {
  // flock(2).
  private static final int SHARED = 1;
  private static final int EXCLUSIVE = 2;
  private static final int NOT_WAITING = 4;

  private final LibFuse fuse;
  private final FileLocks locks;
  private final OpenHandles<FileHandle> handles;
  private final LockWaits waits = new LockWaits();

  /** Native code knows its address only. */
  private final LowLevelCallbacks.Interrupt interrupt;

  LockRequests(LibFuse fuse, FileLocks locks, OpenHandles<FileHandle> handles) {
    this.fuse = fuse;
    this.locks = locks;
    this.handles = handles;
    this.interrupt = (request, data) -> waits.interrupt(request);
  }

  void install(LowLevelOperations operations) {
    operations.getlk.set(this::get);
    operations.setlk.set(this::set);
    operations.flock.set(this::flock);
  }

  /** Nothing is answered any more; to be called before libfuse's session is destroyed. */
  void close() {
    waits.close();
  }

  private void get(long request, long inode, long fileInfo, long flock) {
    Exchange.serve(
        "getlk",
        request,
        exchange -> {
          FileHandle handle = handles.get(NativeLayouts.handle(fileInfo));
          LockArguments arguments = NativeLayouts.lock(fileInfo, flock);
          Answers.lock(exchange.answer(), locks.test(handle, arguments.request()));
        });
  }

  private void set(long request, long inode, long fileInfo, long flock, int mayWait) {
    Exchange.serve(
        "setlk",
        request,
        exchange ->
            set(exchange, request, fileInfo, NativeLayouts.lock(fileInfo, flock), mayWait != 0));
  }

  private void flock(long request, long inode, long fileInfo, int operation) {
    Exchange.serve(
        "flock",
        request,
        exchange -> {
          int type =
              switch (operation & ~NOT_WAITING) {
                case SHARED -> LockArguments.READ_LOCK;
                case EXCLUSIVE -> LockArguments.WRITE_LOCK;
                default -> LockArguments.UNLOCK;
              };
          int pid = exchange.caller(request).pid();
          LockArguments arguments =
              LockArguments.flock(NativeLayouts.lockOwner(fileInfo), type, pid);
          set(exchange, request, fileInfo, arguments, (operation & NOT_WAITING) == 0);
        });
  }

  private void set(
      Exchange exchange, long request, long fileInfo, LockArguments arguments, boolean mayWait)
      throws DinofsException {
    FileHandle handle = handles.get(NativeLayouts.handle(fileInfo));
    if (arguments.mode().isEmpty()) {
      locks.unlock(handle, arguments.kind(), arguments.owner(), arguments.range());
    } else if (mayWait) {
      FileLocks.Request wanted = arguments.request();
      exchange.answerElsewhere();
      waits.start(
          request,
          // A process that waits is there until it is answered, so there is nothing to be undone.
          errno -> fuse.fuse_reply_err(request, errno),
          () -> fuse.fuse_req_interrupt_func(request, interrupt, 0),
          answer -> locks.lock(handle, wanted, answer));
    } else {
      locks.tryLock(handle, arguments.request());
    }
  }
}
