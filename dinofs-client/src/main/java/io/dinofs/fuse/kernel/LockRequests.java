package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.LockArguments;
import io.dinofs.fuse.LockWaits;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileLocks;
import io.dinofs.vfs.FileSystem.FileHandle;
import java.util.function.IntConsumer;

/**
 * Requests about locks: {@code struct fuse_lk_in}. If they are not installed the kernel keeps the
 * locks, for this node alone.
 */
final class LockRequests {
  /** FUSE_LK_FLOCK. */
  private static final int FLOCK = 1;

  private final FileLocks locks;
  private final OpenHandles<FileHandle> handles;
  private final LockWaits waits;

  LockRequests(FileLocks locks, OpenHandles<FileHandle> handles, LockWaits waits) {
    this.locks = locks;
    this.handles = handles;
    this.waits = waits;
  }

  void install(RequestTable table) {
    table.handle(Opcode.GETLK, this::get);
    table.handle(Opcode.SETLK, exchange -> set(exchange, false));
    table.handle(Opcode.SETLKW, exchange -> set(exchange, true));
  }

  private FileHandle handle(Exchange exchange) throws DinofsException {
    return handles.get(exchange.request().getLong(0));
  }

  private static LockArguments arguments(Request request) throws DinofsException {
    long owner = request.getLong(8);
    int type = request.getInt(32);
    int pid = request.getInt(36);
    return (request.getInt(40) & FLOCK) != 0
        ? LockArguments.flock(owner, type, pid)
        : LockArguments.posix(owner, request.getLong(16), request.getLong(24), type, pid);
  }

  private void get(Exchange exchange) throws DinofsException {
    LockArguments arguments = arguments(exchange.request());
    Answers.lock(exchange.body(), locks.test(handle(exchange), arguments.request()));
  }

  private void set(Exchange exchange, boolean mayWait) throws DinofsException {
    FileHandle handle = handle(exchange);
    LockArguments arguments = arguments(exchange.request());
    if (arguments.mode().isEmpty()) {
      locks.unlock(handle, arguments.kind(), arguments.owner(), arguments.range());
    } else if (mayWait) {
      await(exchange, handle, arguments.request());
    } else {
      locks.tryLock(handle, arguments.request());
    }
  }

  private void await(Exchange exchange, FileHandle handle, FileLocks.Request wanted) {
    long unique = exchange.request().unique();
    IntConsumer reply = exchange.answerElsewhere();
    waits.start(
        unique,
        reply,
        () -> waits.interruptIfEarly(unique),
        answer -> locks.lock(handle, wanted, answer));
  }
}
