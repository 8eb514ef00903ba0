package io.dinofs.backup;

import io.dinofs.model.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What writer and reader of a backup agree on. */
final class BackupFormat {
  static final Bytes MAGIC = Bytes.utf8("dinofs backup 1\n");

  private BackupFormat() {}

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
