package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Errno;
import io.dinofs.model.DinofsException;
import java.util.EnumMap;
import java.util.Map;

/** Who handles which request. Filled before the first request, and not changed any more. */
final class RequestTable {
  /** Reads the request, and fills the answer or throws. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws DinofsException;
  }

  private final Map<Opcode, Handler> handlers = new EnumMap<>(Opcode.class);
  private final Map<Opcode, Integer> refusals = new EnumMap<>(Opcode.class);

  void handle(Opcode opcode, Handler handler) {
    handlers.put(opcode, handler);
  }

  /** Answers every such request with {@code errno}. */
  void refuse(Opcode opcode, int errno) {
    refusals.put(opcode, errno);
  }

  /** The handler, or null if there is none. */
  Handler handler(Opcode opcode) {
    return opcode == null ? null : handlers.get(opcode);
  }

  /**
   * The errno for what has no handler. The kernel remembers ENOSYS and does not ask again, for the
   * life of the mount.
   */
  int refusal(Opcode opcode) {
    return opcode == null ? Errno.ENOSYS : refusals.getOrDefault(opcode, Errno.ENOSYS);
  }
}
