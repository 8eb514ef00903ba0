package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import java.nio.ByteBuffer;

/** Requests about the connection itself, and those that dinofs refuses. */
final class ConnectionRequests {
  private static final int FORGET_ONE_BYTES = 16;

  private final LookupCounts lookups;
  private final Interruptions interruptions;

  ConnectionRequests(LookupCounts lookups, Interruptions interruptions) {
    this.lookups = lookups;
    this.interruptions = interruptions;
  }

  void install(RequestTable table) {
    table.handle(Opcode.FORGET, this::forget);
    table.handle(Opcode.BATCH_FORGET, this::forgetMany);
    table.handle(Opcode.INTERRUPT, this::interrupt);
    table.handle(Opcode.DESTROY, exchange -> {});
    // The kernel checks permissions by itself (default_permissions).
    table.handle(Opcode.ACCESS, exchange -> {});
    table.refuse(Opcode.IOCTL, Errno.ENOTTY);
  }

  private void forget(Exchange exchange) {
    lookups.subtract(exchange.inode(), exchange.request().getLong(0));
  }

  private void forgetMany(Exchange exchange) throws DinofsException {
    int count = exchange.request().getInt(0);
    for (int i = 0; i < count; i++) {
      ByteBuffer one = exchange.request().data(FORGET_ONE_BYTES);
      lookups.subtract(new InodeId(one.getLong()), one.getLong());
    }
  }

  private void interrupt(Exchange exchange) {
    interruptions.interrupt(exchange.request().getLong(0));
  }
}
