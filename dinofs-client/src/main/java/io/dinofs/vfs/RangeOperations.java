package io.dinofs.vfs;

import io.dinofs.model.Attributes;
import io.dinofs.model.Content;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.Manifest;
import io.dinofs.store.Capacity;
import io.dinofs.store.VolumeClock;
import io.dinofs.vfs.FileRanges.AllocateMode;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.content.OpenInode;
import io.dinofs.vfs.content.OpenInode.DataRange;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@link FileRanges} asks for. Safe for any number of threads. */
final class RangeOperations {
  /**
   * More is not copied in one call if it has to be read and written: it would keep a caller long.
   */
  private static final long MAX_COPIED_BYTES = 16L * Manifest.CHUNK_BYTES;

  private final Files files;
  private final Capacity capacity;
  private final VolumeClock clock;

  RangeOperations(Files files, Capacity capacity, VolumeClock clock) {
    this.files = files;
    this.capacity = capacity;
    this.clock = clock;
  }

  void allocate(Caller caller, Files.Handle handle, AllocateMode mode, long offset, long length)
      throws DinofsException {
    handle.require(OpenFlag.WRITE);
    if (offset < 0 || length <= 0) {
      throw new DinofsException(
          ErrorKind.INVALID, "no range: %d bytes at %d".formatted(length, offset));
    }
    OpenInode file = handle.file();
    long end = end(offset, length);
    long size = files.attributes(file.inode()).size();
    if (mode == AllocateMode.EXTEND || mode == AllocateMode.KEEP_SIZE) {
      requireRoom(end - Math.max(offset, Math.min(size, end)));
    } else {
      zero(caller, file, offset, end);
    }
    boolean extending = mode == AllocateMode.EXTEND || mode == AllocateMode.ZERO_RANGE;
    if (extending && end > size) {
      file.extendTo(end, clock.now());
    }
    files.commit(file);
  }

  private static long end(long offset, long length) throws DinofsException {
    if (offset > Long.MAX_VALUE - length) {
      throw new DinofsException(ErrorKind.FILE_TOO_LARGE, "a file ends at 2^63 - 1 bytes");
    }
    return offset + length;
  }

  private void requireRoom(long bytes) throws DinofsException {
    if (bytes > capacity.room().freeBytes()) {
      throw new DinofsException(ErrorKind.NO_SPACE, "no room for " + bytes + " bytes");
    }
  }

  /** Only data are written over: a hole may be larger than anything. */
  private void zero(Caller caller, OpenInode file, long offset, long end) throws DinofsException {
    Attributes base = files.beginWrite(file, Privileges.dropIf(!caller.isRoot()));
    long at = offset;
    while (at < end) {
      Optional<DataRange> data = file.nextData(at, base);
      if (data.isEmpty() || data.get().start() >= end) {
        return;
      }
      at = Math.min(end, data.get().end());
      file.zero(new DataRange(data.get().start(), at), clock.now());
    }
  }

  OptionalLong nextData(Files.Handle handle, long offset) throws DinofsException {
    OpenInode file = handle.file();
    return offset < 0
        ? OptionalLong.empty()
        : file.nextData(offset, files.base(file)).stream().mapToLong(DataRange::start).findFirst();
  }

  OptionalLong nextHole(Files.Handle handle, long offset) throws DinofsException {
    OpenInode file = handle.file();
    if (offset < 0 || offset >= files.attributes(file.inode()).size()) {
      return OptionalLong.empty();
    }
    Optional<DataRange> data = file.nextData(offset, files.base(file));
    boolean inHole = data.isEmpty() || data.get().start() > offset;
    return OptionalLong.of(inHole ? offset : data.get().end());
  }

  long copy(
      Caller caller,
      Files.Handle from,
      long fromOffset,
      Files.Handle to,
      long toOffset,
      long length)
      throws DinofsException {
    from.require(OpenFlag.READ);
    to.require(OpenFlag.WRITE);
    if (fromOffset < 0 || toOffset < 0 || length < 0) {
      throw new DinofsException(ErrorKind.INVALID, "a range with a negative number");
    }
    files.commit(from.file());
    Attributes source = files.base(from.file());
    boolean isCommitted = !from.file().isDirty();
    long size = isCommitted ? source.size() : files.attributes(from.inode()).size();
    long bytes = Math.min(length, Math.max(0, size - fromOffset));
    long distance = toOffset - fromOffset;
    if (from.file() == to.file() && Math.abs(distance) < bytes) {
      throw new DinofsException(ErrorKind.INVALID, "a range is copied onto itself");
    }
    long end = end(toOffset, bytes);
    boolean shareable =
        distance % Manifest.CHUNK_BYTES == 0
            && !(source.content() instanceof Content.Inline)
            && isCommitted;
    Privileges privileges = Privileges.dropIf(!caller.isRoot());
    if (!shareable) {
      return copyBytes(
          from, fromOffset, to, toOffset, Math.min(bytes, MAX_COPIED_BYTES), privileges);
    }
    files.noteRead(from, source);
    files.beginWrite(to.file(), privileges);
    boolean reachesEnds = fromOffset + bytes == size && end >= files.attributes(to.inode()).size();
    long at = fromOffset;
    while (at < fromOffset + bytes) {
      long index = at / Manifest.CHUNK_BYTES;
      int inChunk = (int) (at % Manifest.CHUNK_BYTES);
      int piece = (int) Math.min(Manifest.CHUNK_BYTES - inChunk, fromOffset + bytes - at);
      boolean whole = piece == Manifest.CHUNK_BYTES || (inChunk == 0 && reachesEnds);
      if (whole) {
        long target = (at + distance) / Manifest.CHUNK_BYTES;
        to.file().adopt(target, from.file().blob(source.content(), index), piece, clock.now());
      } else {
        copyBytes(from, at, to, at + distance, piece, privileges);
      }
      at += piece;
    }
    files.commit(to.file()); // at once, so that the shared blobs have a name more soon
    return bytes;
  }

  private long copyBytes(
      Files.Handle from,
      long fromOffset,
      Files.Handle to,
      long toOffset,
      long length,
      Privileges privileges)
      throws DinofsException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, Manifest.CHUNK_BYTES));
    long copied = 0;
    while (copied < length) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - copied));
      int read = files.read(from, buffer, fromOffset + copied);
      if (read == 0) {
        return copied;
      }
      copied += files.write(to, buffer.flip(), toOffset + copied, false, privileges);
    }
    return copied;
  }
}
