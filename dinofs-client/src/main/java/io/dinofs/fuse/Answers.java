package io.dinofs.fuse;

import io.dinofs.model.Attributes;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Writes the bodies of answers as the kernel lays them out: {@code include/uapi/linux/fuse.h}.
 *
 * <p>All of them are written from the buffer's position on, in its byte order, which must be the
 * machine's; padding is written as zeros.
 *
 * <p>What is told is never cached by the kernel beyond the system call: all time-outs are 0.
 */
public final class Answers {
  public static final int ATTRIBUTES_BYTES = 88;
  public static final int ATTRIBUTES_ANSWER_BYTES = 104;
  public static final int ENTRY_BYTES = 128;
  public static final int OPEN_BYTES = 16;
  public static final int STATFS_BYTES = 80;
  public static final int XATTR_SIZE_BYTES = 8;
  public static final int WRITE_BYTES = 8;

  /** FOPEN_KEEP_CACHE: the pages of an earlier open are still true. */
  public static final int KEEP_CACHE = 1 << 1;

  /** FOPEN_NOFLUSH, from Linux 5.16 on: a close(2) of the file need not be told. */
  public static final int NO_FLUSH = 1 << 5;

  /** What stdio and cp read and write at a time: the largest request of libfuse 2. */
  private static final int PREFERRED_IO_BYTES = 128 << 10;

  private static final int STATFS_BLOCK_BYTES = 4096;
  private static final int NAME_MAX = 255;

  /** Volumes have no table of inodes that could be full. */
  private static final long FREE_INODES = 1L << 32;

  private Answers() {}

  /** {@code struct fuse_entry_out}. */
  public static void entry(ByteBuffer out, InodeId inode, Attributes attributes) {
    out.putLong(inode.value()); // nodeid
    out.putLong(0); // generation: numbers of inodes are never used again
    out.putLong(0).putLong(0).putInt(0).putInt(0); // how long the name and the attributes hold
    attributes(out, inode, attributes);
  }

  /** {@code struct fuse_attr_out}. */
  public static void attributesAnswer(ByteBuffer out, InodeId inode, Attributes attributes) {
    out.putLong(0).putInt(0).putInt(0); // how long they hold
    attributes(out, inode, attributes);
  }

  private static void attributes(ByteBuffer out, InodeId inode, Attributes attributes) {
    Instant atime = attributes.atime();
    Instant mtime = attributes.mtime();
    Instant ctime = attributes.ctime();
    out.putLong(inode.value());
    out.putLong(attributes.size());
    out.putLong((attributes.size() + 511) >>> 9);
    out.putLong(atime.getEpochSecond());
    out.putLong(mtime.getEpochSecond());
    out.putLong(ctime.getEpochSecond());
    out.putInt(atime.getNano());
    out.putInt(mtime.getNano());
    out.putInt(ctime.getNano());
    out.putInt(attributes.type().modeBits() | attributes.mode());
    out.putInt(attributes.nlink());
    out.putInt(attributes.uid());
    out.putInt(attributes.gid());
    out.putInt(attributes.rdev());
    out.putInt(PREFERRED_IO_BYTES);
    out.putInt(0);
  }

  /** {@code struct fuse_open_out}. */
  public static void open(ByteBuffer out, long handle, int openFlags) {
    out.putLong(handle).putInt(openFlags).putInt(0);
  }

  /** {@code struct fuse_write_out}. */
  public static void write(ByteBuffer out, int writtenBytes) {
    out.putInt(writtenBytes).putInt(0);
  }

  /** {@code struct fuse_getxattr_out}. */
  public static void xattrSize(ByteBuffer out, int sizeBytes) {
    out.putInt(sizeBytes).putInt(0);
  }

  /** {@code struct fuse_statfs_out}. */
  public static void statistics(ByteBuffer out, FileSystem.Statistics statistics) {
    long freeBlocks = statistics.freeBytes() / STATFS_BLOCK_BYTES;
    out.putLong(statistics.totalBytes() / STATFS_BLOCK_BYTES);
    out.putLong(freeBlocks).putLong(freeBlocks);
    out.putLong(statistics.inodes() + FREE_INODES).putLong(FREE_INODES);
    out.putInt(STATFS_BLOCK_BYTES).putInt(NAME_MAX).putInt(STATFS_BLOCK_BYTES).putInt(0);
    out.putLong(0).putLong(0).putLong(0);
  }
}
