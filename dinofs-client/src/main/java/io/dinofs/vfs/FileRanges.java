package io.dinofs.vfs;

import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileSystem.FileHandle;
import java.util.OptionalLong;

/** Operations on ranges of open regular files: their room, their holes, and copies of them. */
public interface FileRanges {
  /** What {@link #allocate} does: see fallocate(2). */
  enum AllocateMode {
    /** The file has at least the bytes up to the range's end. */
    EXTEND,
    /** Nothing changes: no room is set aside. */
    KEEP_SIZE,
    /** The range reads as zeros, and takes no room where it covers chunks; the size stays. */
    PUNCH_HOLE,
    /** As PUNCH_HOLE, then as EXTEND. */
    ZERO_RANGE,
    /** As PUNCH_HOLE. */
    ZERO_RANGE_KEEP_SIZE
  }

  /**
   * fallocate(2). It is committed when it returns. No room is set aside, but there has to be some
   * now for what would need it.
   *
   * @throws DinofsException BAD_HANDLE if it is not open for writing; INVALID for an empty range or
   *     a negative offset; FILE_TOO_LARGE, NO_SPACE
   */
  void allocate(Caller caller, FileHandle handle, AllocateMode mode, long offset, long length)
      throws DinofsException;

  /**
   * SEEK_DATA of lseek(2): the first byte at or behind {@code offset} that is no hole; empty if
   * there is none, or the file ends before. Holes are known by chunks.
   */
  OptionalLong nextData(FileHandle handle, long offset) throws DinofsException;

  /**
   * SEEK_HOLE of lseek(2): the first byte at or behind {@code offset} that is in a hole, of which
   * one is at the file's end; empty if the file ends before {@code offset}.
   */
  OptionalLong nextHole(FileHandle handle, long offset) throws DinofsException;

  /**
   * copy_file_range(2) within the volume. Whole chunks are not copied: both files name the same
   * blobs.
   *
   * @return how many bytes were copied; fewer than asked for at the source's end, or if it would
   *     take long
   * @throws DinofsException BAD_HANDLE if {@code from} is not open for reading, or {@code to} not
   *     for writing; INVALID for a negative offset, or ranges of one file that overlap;
   *     FILE_TOO_LARGE, NO_SPACE
   */
  long copyRange(
      Caller caller, FileHandle from, long fromOffset, FileHandle to, long toOffset, long length)
      throws DinofsException;
}
