package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.FileAttributes;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.AttributeChange;
import io.dinofs.vfs.FileSystem;
import java.util.Optional;

/** Requests about attributes, and about the volume. */
final class AttributeRequests {
  /** FUSE_GETATTR_FH: the request names a handle. */
  private static final int GETATTR_HANDLE = 1;

  /** FATTR_FH: the request names a handle. */
  private static final int SETATTR_HANDLE = 1 << 6;

  /** FATTR_SIZE. */
  private static final int SETATTR_SIZE = 1 << 3;

  private final FileSystem files;
  private final Optional<PassthroughFiles> passthrough;
  private final FileAttributes attributes;

  AttributeRequests(
      FileSystem files,
      OpenHandles<FileSystem.FileHandle> handles,
      Optional<PassthroughFiles> passthrough) {
    this.files = files;
    this.passthrough = passthrough;
    attributes = new FileAttributes(files, handles);
  }

  void install(RequestTable table) {
    table.handle(Opcode.GETATTR, this::getAttributes);
    table.handle(Opcode.SETATTR, this::setAttributes);
    table.handle(
        Opcode.STATFS, exchange -> Answers.statistics(exchange.body(), files.statistics()));
  }

  private void getAttributes(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    boolean byHandle = (request.getInt(0) & GETATTR_HANDLE) != 0;
    long handle = byHandle ? request.getLong(8) : FileAttributes.NO_HANDLE;
    exchange.answerAttributes(attributes.get(exchange.inode(), handle));
  }

  private void setAttributes(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    int valid = request.getInt(0);
    boolean byHandle = (valid & SETATTR_HANDLE) != 0;
    long handle = byHandle ? request.getLong(8) : FileAttributes.NO_HANDLE;
    AttributeChange change =
        exchange.permitted(FileAttributes.change(valid, values(request)), byHandle);
    exchange.answerChangedAttributes(
        attributes.set(exchange.caller(0), exchange.inode(), handle, change));
    if ((valid & SETATTR_SIZE) != 0) {
      passthrough.ifPresent(it -> it.changed(exchange.inode()));
    }
  }

  /** {@code struct fuse_setattr_in}. */
  private static FileAttributes.Values values(Request request) {
    return new FileAttributes.Values(
        request.getInt(68),
        request.getInt(76),
        request.getInt(80),
        request.getLong(16),
        FileAttributes.time(request.getLong(32), Integer.toUnsignedLong(request.getInt(56))),
        FileAttributes.time(request.getLong(40), Integer.toUnsignedLong(request.getInt(60))));
  }
}
