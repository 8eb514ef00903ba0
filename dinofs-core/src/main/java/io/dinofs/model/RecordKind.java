package io.dinofs.model;

import java.util.Optional;

/** What a record says of its inode. The code is the ninth byte of the record's key. */
public enum RecordKind {
  /** {@link Attributes} of the inode; no name. */
  ATTRIBUTES('a', false),
  /** A counter of the volume, only under {@link InodeId#VOLUME}; named. */
  COUNTER('c', true),
  /** The contents of a small file, if its attributes say {@link Content.InRecord}; no name. */
  DATA('d', false),
  /** A {@link DirectoryEntry} of a directory; the name is the file's. */
  ENTRY('e', true),
  /**
   * The {@link KeyIds} that the volume's contents are encrypted with, only under {@link
   * InodeId#VOLUME}, and only if they are; no name.
   */
  KEYS('k', false),
  /**
   * The parent of a directory, as 8 bytes, so that it changes only when the directory moves; no
   * name.
   */
  PARENT('p', false),
  /** An extended attribute; the name is the attribute's, the value its bytes. */
  XATTR('x', true);

  private final byte code;
  private final boolean named;

  RecordKind(char code, boolean named) {
    this.code = (byte) code;
    this.named = named;
  }

  public byte code() {
    return code;
  }

  /** Whether records of this kind have a name. */
  public boolean isNamed() {
    return named;
  }

  /** Whether records of this kind are the volume's own, and not an inode's. */
  public boolean isOfVolume() {
    return this == COUNTER || this == KEYS;
  }

  /** The kind with {@code code}, or empty if there is none. */
  public static Optional<RecordKind> ofCode(byte code) {
    for (RecordKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
