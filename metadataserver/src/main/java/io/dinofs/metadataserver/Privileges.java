package io.dinofs.metadataserver;

import io.dinofs.access.Role;
import io.dinofs.model.FileLock;
import io.dinofs.model.LockMode;
import io.dinofs.wire.Message;

/** What a node has to be to send a message. */
final class Privileges {
  private Privileges() {}

  /**
   * Who may only read may not keep others from reading either, so it has shared locks only. A scan
   * is the whole volume at once, and holds up what LMDB frees.
   */
  static Role needed(Message message) {
    if (message instanceof Message.CommitRequest
        || (message instanceof Message.Lock lock && isExclusive(lock.wanted()))
        || (message instanceof Message.Reassert reassert
            && reassert.held().stream().anyMatch(Privileges::isExclusive))) {
      return Role.NODE;
    }
    return message instanceof Message.Scan ? Role.ADMIN : Role.READ_ONLY;
  }

  /** Whether it makes work that counts; the others keep a connection alive. */
  static boolean isRequest(Message message) {
    return !(message instanceof Message.Applied
        || message instanceof Message.Ping
        || message instanceof Message.Interest);
  }

  private static boolean isExclusive(FileLock lock) {
    return lock.mode() == LockMode.EXCLUSIVE;
  }
}
