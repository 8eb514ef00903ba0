package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.fuse.Interruptions;
import io.dinofs.fuse.LockWaits;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;

/** Requests about the connection itself, and those that dinofs refuses. */
final class ConnectionRequests {
  private static final int FORGET_ONE_BYTES = 16;

  private final LookupCounts lookups;
  private final CachePolicy policy;
  private final Interruptions interruptions;
  private final LockWaits lockWaits;

  ConnectionRequests(
      LookupCounts lookups, CachePolicy policy, Interruptions interruptions, LockWaits lockWaits) {
    this.lookups = lookups;
    this.policy = policy;
    this.interruptions = interruptions;
    this.lockWaits = lockWaits;
  }

  void install(RequestTable table) {
    table.handle(Opcode.FORGET, this::forget);
    table.handle(Opcode.BATCH_FORGET, this::forgetMany);
    table.handle(Opcode.INTERRUPT, this::interrupt);
    table.handle(Opcode.DESTROY, exchange -> {});
    // The kernel checks permissions by itself (default_permissions), or SquashedRequests has.
    table.handle(Opcode.ACCESS, exchange -> {});
    table.refuse(Opcode.IOCTL, Errno.ENOTTY);
  }

  private void forget(Exchange exchange) {
    forget(exchange.inode(), exchange.request().getLong(0));
  }

  private void forgetMany(Exchange exchange) throws DinofsException {
    int count = exchange.request().getInt(0);
    for (int i = 0; i < count; i++) {
      ByteBuffer one = exchange.request().data(FORGET_ONE_BYTES);
      forget(new InodeId(one.getLong()), one.getLong());
    }
  }

  private void forget(InodeId inode, long count) {
    if (lookups.subtract(inode, count)) {
      policy.forgottenInPart(inode);
    }
  }

  private void interrupt(Exchange exchange) {
    long unique = exchange.request().getLong(0);
    interruptions.interrupt(unique);
    lockWaits.interruptNowOrLater(unique);
  }
}
