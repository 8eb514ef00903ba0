package io.dinofs.fuse.kernel;

import io.dinofs.fuse.AllocateModes;
import io.dinofs.fuse.Answers;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.FileHandle;
import java.util.Optional;
import java.util.OptionalLong;

/** Requests about ranges of open files. */
final class RangeRequests {
  // lseek(2).
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  /** The answer to the older request has 32 bits; a copy goes on at a chunk's begin. */
  private static final long MAX_SHORT_COPY_BYTES = 1L << 31;

  private final FileSystem files;
  private final OpenHandles<FileHandle> handles;
  private final Optional<PassthroughFiles> passthrough;

  RangeRequests(
      FileSystem files, OpenHandles<FileHandle> handles, Optional<PassthroughFiles> passthrough) {
    this.files = files;
    this.handles = handles;
    this.passthrough = passthrough;
  }

  void install(RequestTable table) {
    table.handle(Opcode.FALLOCATE, this::allocate);
    table.handle(Opcode.LSEEK, this::seek);
    table.handle(
        Opcode.COPY_FILE_RANGE,
        exchange -> Answers.write(exchange.body(), (int) copy(exchange, MAX_SHORT_COPY_BYTES)));
    table.handle(
        Opcode.COPY_FILE_RANGE_64,
        exchange -> {
          long copied = copy(exchange, Long.MAX_VALUE);
          exchange.body().putLong(copied);
        });
  }

  private void allocate(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    files.allocate(
        exchange.caller(0),
        handles.get(request.getLong(0)),
        AllocateModes.of(request.getInt(24)),
        request.getLong(8),
        request.getLong(16));
    passthrough.ifPresent(it -> it.changed(exchange.inode()));
  }

  private void seek(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    FileHandle handle = handles.get(request.getLong(0));
    long offset = request.getLong(8);
    int whence = request.getInt(16);
    OptionalLong found =
        switch (whence) {
          case SEEK_DATA -> files.nextData(handle, offset);
          case SEEK_HOLE -> files.nextHole(handle, offset);
          default -> throw new DinofsException(ErrorKind.INVALID, "lseek whence " + whence);
        };
    exchange
        .body()
        .putLong(
            found.orElseThrow(
                () -> new DinofsException(ErrorKind.NO_DATA, "nothing from " + offset + " on")));
  }

  private long copy(Exchange exchange, long mostBytes) throws DinofsException {
    Request request = exchange.request();
    long length = request.getLong(40);
    FileHandle to = handles.get(request.getLong(24));
    long copied =
        files.copyRange(
            exchange.caller(0),
            handles.get(request.getLong(0)),
            request.getLong(8),
            to,
            request.getLong(32),
            length < 0 ? mostBytes : Math.min(length, mostBytes));
    passthrough.ifPresent(it -> it.changed(to.inode()));
    return copied;
  }
}
