package io.dinofs.fuse;

import io.dinofs.model.Attributes;
import io.dinofs.model.InodeId;
import io.dinofs.model.LockMode;
import io.dinofs.vfs.FileLocks;
import io.dinofs.vfs.FileSystem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes the bodies of answers as the kernel lays them out: {@code include/uapi/linux/fuse.h}.
 *
 * <p>All of them are written from the buffer's position on, in its byte order, which must be the
 * machine's; padding is written as zeros.
 *
 * <p>Each says for how long the kernel may keep what it tells.
 */
public final class Answers {
  public static final int ATTRIBUTES_BYTES = 88;
  public static final int ATTRIBUTES_ANSWER_BYTES = 104;
  public static final int ENTRY_BYTES = 128;
  public static final int OPEN_BYTES = 16;
  public static final int STATFS_BYTES = 80;
  public static final int XATTR_SIZE_BYTES = 8;
  public static final int WRITE_BYTES = 8;
  public static final int LOCK_BYTES = 24;

  /** FOPEN_DIRECT_IO: reads and writes pass the kernel's pages by. */
  public static final int DIRECT_IO = 1;

  /** FOPEN_KEEP_CACHE: the pages of an earlier open are still true. */
  public static final int KEEP_CACHE = 1 << 1;

  /** FOPEN_CACHE_DIR: the entries of a directory may be kept. */
  public static final int CACHE_DIRECTORY = 1 << 3;

  /** FOPEN_NOFLUSH, from Linux 5.16 on: a close(2) of the file need not be told. */
  public static final int NO_FLUSH = 1 << 5;

  /** FOPEN_PASSTHROUGH, from Linux 6.9 on: the kernel reads the backing file by itself. */
  public static final int PASSTHROUGH = 1 << 7;

  /** What stdio and cp read and write at a time: the largest request of libfuse 2. */
  private static final int PREFERRED_IO_BYTES = 128 << 10;

  private static final int STATFS_BLOCK_BYTES = 4096;
  private static final int NAME_MAX = 255;

  /** Volumes have no table of inodes that could be full. */
  private static final long FREE_INODES = 1L << 32;

  private Answers() {}

  /**
   * {@code struct fuse_entry_out}.
   *
   * @param nameHolds how long the kernel may find the inode by the name without asking
   * @param attributesHold how long its attributes hold
   */
  public static void entry(
      ByteBuffer out,
      InodeId inode,
      Attributes attributes,
      Validity nameHolds,
      Validity attributesHold) {
    out.putLong(inode.value()); // nodeid
    out.putLong(0); // generation: numbers of inodes are never used again
    out.putLong(nameHolds.seconds()).putLong(attributesHold.seconds());
    out.putInt(nameHolds.nanos()).putInt(attributesHold.nanos());
    attributes(out, inode, attributes);
  }

  /** As {@link #entry} of a name and attributes that the kernel does not keep. */
  public static void entry(ByteBuffer out, InodeId inode, Attributes attributes) {
    entry(out, inode, attributes, Validity.NONE, Validity.NONE);
  }

  /** {@code struct fuse_entry_out} that says that there is no such name. */
  public static void absent(ByteBuffer out, Validity holds) {
    out.putLong(0).putLong(0); // no nodeid
    out.putLong(holds.seconds()).putLong(0);
    out.putInt(holds.nanos()).putInt(0);
    for (int i = 0; i < ATTRIBUTES_BYTES; i += Long.BYTES) {
      out.putLong(0);
    }
  }

  /** {@code struct fuse_attr_out}. */
  public static void attributesAnswer(
      ByteBuffer out, InodeId inode, Attributes attributes, Validity hold) {
    out.putLong(hold.seconds()).putInt(hold.nanos()).putInt(0);
    attributes(out, inode, attributes);
  }

  /** As {@link #attributesAnswer} of attributes that the kernel does not keep. */
  public static void attributesAnswer(ByteBuffer out, InodeId inode, Attributes attributes) {
    attributesAnswer(out, inode, attributes, Validity.NONE);
  }

  private static void attributes(ByteBuffer out, InodeId inode, Attributes attributes) {
    Instant atime = attributes.atime();
    Instant mtime = attributes.mtime();
    Instant ctime = attributes.ctime();
    out.putLong(inode.value());
    out.putLong(attributes.size());
    out.putLong((attributes.allocated() + 511) >>> 9);
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

  /**
   * As {@link #open}, with a file in the place of this one.
   *
   * @param backingId what FUSE_DEV_IOC_BACKING_OPEN has returned
   */
  public static void open(ByteBuffer out, long handle, int openFlags, int backingId) {
    out.putLong(handle).putInt(openFlags).putInt(backingId);
  }

  /** {@code struct fuse_write_out}. */
  public static void write(ByteBuffer out, int writtenBytes) {
    out.putInt(writtenBytes).putInt(0);
  }

  /** {@code struct fuse_lk_out}: the lock that is in the way, if any. */
  public static void lock(ByteBuffer out, Optional<FileLocks.Holder> inTheWay) {
    if (inTheWay.isEmpty()) {
      out.putLong(0).putLong(0).putInt(LockArguments.UNLOCK).putInt(0);
      return;
    }
    FileLocks.Holder holder = inTheWay.get();
    int type =
        holder.mode() == LockMode.SHARED ? LockArguments.READ_LOCK : LockArguments.WRITE_LOCK;
    out.putLong(holder.range().start()).putLong(holder.range().end());
    out.putInt(type).putInt(holder.pid());
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
