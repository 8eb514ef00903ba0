package io.dinofs.model;

/**
 * What an inode holds beside its attributes.
 *
 * <p>The file's size stands in its attributes. Bytes below the size that the content does not name
 * are zeros, so a file grows by truncate(2) without new content.
 */
public sealed interface Content {
  Content NONE = new None();

  /**
   * No data: all bytes up to the size are zeros. Also what directories, fifos, sockets and devices
   * have.
   */
  record None() implements Content {}

  /**
   * The contents of a small file, which are the value of its record of kind {@link
   * RecordKind#DATA}. Attributes are listed by the thousand without contents, so these stand apart.
   *
   * @param digest of the contents, as a blob would have
   */
  record InRecord(BlobKey digest) implements Content {}

  /**
   * {@link InRecord}, with the bytes at hand; encoded as that.
   *
   * @param data the whole file: 1 to {@value #MAX_BYTES} bytes
   */
  record Inline(Bytes data) implements Content {
    /** A file up to this size needs no blob. */
    public static final int MAX_BYTES = 4096;

    public Inline {
      if (data.isEmpty() || data.length() > MAX_BYTES) {
        throw new IllegalArgumentException(
            "a small file has 1 to 4096 bytes, not " + data.length());
      }
    }

    /** How attributes name these contents. */
    public InRecord inRecord() {
      return new InRecord(BlobKey.of(data.asBuffer()));
    }
  }

  /** One blob of at most {@link Manifest#CHUNK_BYTES} bytes that starts at offset 0. */
  record SingleBlob(BlobKey key) implements Content {}

  /** A blob that holds a {@link Manifest}. */
  record Chunked(BlobKey manifest) implements Content {}

  /**
   * Where a symbolic link points.
   *
   * @param target 1 to {@value #MAX_TARGET_BYTES} bytes without NUL
   */
  record SymlinkTarget(Bytes target) implements Content {
    /** PATH_MAX less its NUL: symlink(2). */
    public static final int MAX_TARGET_BYTES = 4095;

    public SymlinkTarget {
      if (target.isEmpty() || target.length() > MAX_TARGET_BYTES) {
        throw new IllegalArgumentException(
            "a link's target has 1 to 4095 bytes, not " + target.length());
      }
      for (int i = 0; i < target.length(); i++) {
        if (target.at(i) == 0) {
          throw new IllegalArgumentException("a link's target holds no NUL");
        }
      }
    }
  }
}
