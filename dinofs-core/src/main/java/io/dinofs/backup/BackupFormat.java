package io.dinofs.backup;

import io.dinofs.model.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What writer and reader of a backup agree on. */
final class BackupFormat {
  /** Begins a file that has all records. */
  static final Bytes FULL = Bytes.utf8("dinofs backup 1\n");

  /** Begins a file that has what changed since another; as long as the other one. */
  static final Bytes UPDATE = Bytes.utf8("dinofs update 1\n");

  static final int CHECKSUM_BYTES = 32;

  private BackupFormat() {}

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
