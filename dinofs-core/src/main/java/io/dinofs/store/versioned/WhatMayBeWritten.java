package io.dinofs.store.versioned;

import io.dinofs.model.Attributes;
import io.dinofs.model.AttributesCodec;
import io.dinofs.model.Bytes;
import io.dinofs.model.Content;
import io.dinofs.model.CorruptRecordException;
import io.dinofs.model.Counter;
import io.dinofs.model.DirectoryEntry;
import io.dinofs.model.InodeId;
import io.dinofs.model.KeyIds;
import io.dinofs.model.Mutation;
import io.dinofs.model.Name;
import io.dinofs.model.RecordKey;
import io.dinofs.model.RecordKind;
import io.dinofs.model.VersionedRecord;
import io.dinofs.model.VolumeFormat;
import java.util.function.Supplier;

/**
 * What no node may write, whatever it claims, since it would fail every reader and not just change
 * what they read: values that nobody can decode, names that no file can have, another type of an
 * inode that is there, a volume without its root or its keys, counters that turn back.
 */
final class WhatMayBeWritten {
  /**
   * Numbers of inodes are taken by the thousand, and an import continues where a volume was that
   * has left out 2^32 each time that it was restored. Greater steps would use the numbers up.
   */
  private static final long MAX_INODE_STEP = 1L << 40;

  private WhatMayBeWritten() {}

  /**
   * @param current the record that is written or removed, as it is
   * @throws InvalidMutationException if it must not be
   */
  static void check(Mutation.Conditional mutation, VersionedRecord current)
      throws InvalidMutationException {
    try {
      if (mutation instanceof Mutation.Put put) {
        requireWellFormed(put.key(), put.value());
        requireSuccessor(put.key(), put.value(), current);
      } else if (mutation instanceof Mutation.Delete delete) {
        require(!staysForEver(delete.key()), () -> "a volume is nothing without " + delete.key());
      }
    } catch (CorruptRecordException | IllegalArgumentException e) {
      throw new InvalidMutationException(
          "a value that is none for " + mutation.key() + ": " + e.getMessage());
    }
  }

  private static boolean staysForEver(RecordKey key) {
    boolean ofRoot = key.inode().equals(InodeId.ROOT);
    return (ofRoot && (key.kind() == RecordKind.ATTRIBUTES || key.kind() == RecordKind.PARENT))
        || key.kind() == RecordKind.KEYS
        || key.equals(VolumeFormat.FORMAT)
        || key.equals(VolumeFormat.NEXT_INODE);
  }

  private static void requireWellFormed(RecordKey key, Bytes value)
      throws CorruptRecordException, InvalidMutationException {
    require(
        key.inode().equals(InodeId.VOLUME) == key.kind().isOfVolume(),
        () -> "not a record that a volume has: " + key);
    switch (key.kind()) {
      case ATTRIBUTES -> AttributesCodec.decode(value);
      case COUNTER -> Counter.decode(value);
      case ENTRY -> {
        Name unused = new Name(key.name());
        InodeId child = DirectoryEntry.decode(value).child();
        require(
            !child.equals(InodeId.VOLUME) && !child.equals(InodeId.ROOT),
            () -> "no name stands for inode " + child + ": " + key);
      }
      case KEYS -> KeyIds.decode(value);
      case PARENT -> InodeId.decode(value);
      case DATA ->
          require(
              !value.isEmpty() && value.length() <= Content.Inline.MAX_BYTES,
              () -> "a small file of " + value.length() + " bytes: " + key);
      case XATTR -> {
        // Any bytes are an attribute's value.
      }
    }
  }

  private static void requireSuccessor(RecordKey key, Bytes value, VersionedRecord current)
      throws CorruptRecordException, InvalidMutationException {
    if (!current.isPresent()) {
      return;
    }
    Bytes before = current.value().orElseThrow();
    if (key.kind() == RecordKind.ATTRIBUTES) {
      Attributes was = AttributesCodec.decode(before);
      require(
          was.type() == AttributesCodec.decode(value).type(),
          () -> "an inode keeps its type, which is " + was.type() + ": " + key);
    } else if (key.kind() == RecordKind.KEYS) {
      require(value.startsWith(before), () -> "a volume's contents stay encrypted with its keys");
    } else if (key.equals(VolumeFormat.FORMAT)) {
      require(before.equals(value), () -> "a volume keeps its format");
    } else if (key.equals(VolumeFormat.NEXT_INODE)) {
      long step = Counter.decode(value).value() - Counter.decode(before).value();
      require(step >= 0 && step <= MAX_INODE_STEP, () -> "the next inode's number by " + step);
    }
  }

  private static void require(boolean holds, Supplier<String> message)
      throws InvalidMutationException {
    if (!holds) {
      throw new InvalidMutationException(message.get());
    }
  }
}
