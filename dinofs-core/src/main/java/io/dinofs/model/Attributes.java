package io.dinofs.model;

import java.time.Instant;
import java.util.Objects;

/**
 * What stat(2) tells of an inode, and what it holds. See inode(7).
 *
 * @param mode the twelve permission bits: 07777
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits
 * @param nlink the number of names; for a directory 2 and one more for each directory in it
 * @param size bytes of a regular file, or of a symbolic link's target; 0 for others
 * @param allocated the bytes of {@code size} that are no hole, as far as holes are known
 * @param rdev a device's number as Linux encodes it in 32 bits; 0 for others
 * @param entries the number of entries in a directory; 0 for others
 * @param xattrs the number of extended attributes
 */
public record Attributes(
    FileType type,
    int mode,
    int uid,
    int gid,
    int nlink,
    long size,
    long allocated,
    int rdev,
    Instant atime,
    Instant mtime,
    Instant ctime,
    long entries,
    int xattrs,
    Content content) {

  public static final int MODE_MASK = 07777;

  public Attributes {
    Objects.requireNonNull(type);
    Objects.requireNonNull(content);
    boolean negative = nlink < 0 || size < 0 || allocated < 0 || entries < 0 || xattrs < 0;
    if ((mode & ~MODE_MASK) != 0 || negative) {
      throw new IllegalArgumentException(
          "attributes out of range: mode %o nlink %d size %d allocated %d entries %d xattrs %d"
              .formatted(mode, nlink, size, allocated, entries, xattrs));
    }
  }

  /**
   * Attributes of a new inode without contents: one link (a directory: two), all times {@code now}.
   */
  public static Attributes create(
      FileType type, int mode, int uid, int gid, int rdev, Instant now) {
    int nlink = type == FileType.DIRECTORY ? 2 : 1;
    return new Attributes(
        type, mode, uid, gid, nlink, 0, 0, rdev, now, now, now, 0, 0, Content.NONE);
  }

  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Changes single values; not safe for use by several threads. */
  public static final class Builder {
    private final Attributes base;
    private int mode;
    private int uid;
    private int gid;
    private int nlink;
    private long size;
    private long allocated;
    private Instant atime;
    private Instant mtime;
    private Instant ctime;
    private long entries;
    private int xattrs;
    private Content content;

    private Builder(Attributes base) {
      this.base = base;
      mode = base.mode;
      uid = base.uid;
      gid = base.gid;
      nlink = base.nlink;
      size = base.size;
      allocated = base.allocated;
      atime = base.atime;
      mtime = base.mtime;
      ctime = base.ctime;
      entries = base.entries;
      xattrs = base.xattrs;
      content = base.content;
    }

    public Builder mode(int value) {
      mode = value;
      return this;
    }

    public Builder uid(int value) {
      uid = value;
      return this;
    }

    public Builder gid(int value) {
      gid = value;
      return this;
    }

    public Builder nlink(int value) {
      nlink = value;
      return this;
    }

    public Builder size(long value) {
      size = value;
      return this;
    }

    public Builder allocated(long value) {
      allocated = value;
      return this;
    }

    public Builder atime(Instant value) {
      atime = value;
      return this;
    }

    public Builder mtime(Instant value) {
      mtime = value;
      return this;
    }

    public Builder ctime(Instant value) {
      ctime = value;
      return this;
    }

    public Builder entries(long value) {
      entries = value;
      return this;
    }

    public Builder xattrs(int value) {
      xattrs = value;
      return this;
    }

    public Builder content(Content value) {
      content = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Attributes build() {
      return new Attributes(
          base.type, mode, uid, gid, nlink, size, allocated, base.rdev, atime, mtime, ctime,
          entries, xattrs, content);
    }
  }
}
