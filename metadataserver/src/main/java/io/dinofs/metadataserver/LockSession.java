package io.dinofs.metadataserver;

import io.dinofs.store.lock.LockTable;
import java.util.HashMap;
import java.util.Map;

/** A node that has, or may have, locks. Guarded by {@link VolumeLocks}. */
final class LockSession {
  private Connection connection;

  /** Who waits, by the tag of the request. */
  private final Map<Long, LockTable.Waiter> waiting = new HashMap<>();

  LockSession(Connection connection) {
    this.connection = connection;
  }

  /** The connection over which the node speaks of locks; it may be closed already. */
  Connection connection() {
    return connection;
  }

  /** The node goes on over another connection, over which it waits for nothing yet. */
  void moveTo(Connection next) {
    connection = next;
    waiting.clear();
  }

  Map<Long, LockTable.Waiter> waiting() {
    return waiting;
  }
}
