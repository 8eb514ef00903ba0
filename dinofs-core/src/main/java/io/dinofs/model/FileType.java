package io.dinofs.model;

import java.util.Optional;

/**
 * The type of a file, with its code in {@code st_mode >> 12}, which is also {@code d_type}:
 * inode(7), readdir(3).
 */
public enum FileType {
  FIFO(1),
  CHARACTER_DEVICE(2),
  DIRECTORY(4),
  BLOCK_DEVICE(6),
  REGULAR(8),
  SYMLINK(10),
  SOCKET(12);

  private final int code;

  FileType(int code) {
    this.code = code;
  }

  /** 1 to 12. */
  public int code() {
    return code;
  }

  /** The bits of {@code st_mode} under S_IFMT. */
  public int modeBits() {
    return code << 12;
  }

  /** The type with {@code code}, or empty if there is none. */
  public static Optional<FileType> ofCode(int code) {
    for (FileType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
