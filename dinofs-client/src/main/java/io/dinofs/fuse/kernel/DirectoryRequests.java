package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.DirectoryPage;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.DirectoryHandle;
import java.nio.ByteBuffer;

/** Requests about open directories. */
final class DirectoryRequests {
  private final FileSystem files;
  private final OpenHandles<DirectoryHandle> handles;

  DirectoryRequests(FileSystem files, OpenHandles<DirectoryHandle> handles) {
    this.files = files;
    this.handles = handles;
  }

  void install(RequestTable table) {
    table.handle(Opcode.OPENDIR, this::open);
    table.handle(Opcode.READDIR, this::read);
    table.handle(Opcode.READDIRPLUS, this::readWithAttributes);
    table.handle(
        Opcode.RELEASEDIR,
        exchange -> files.releaseDirectory(handles.remove(exchange.request().getLong(0))));
    // Every change of a directory is durable when it returns.
    table.handle(Opcode.FSYNCDIR, exchange -> {});
  }

  private void open(Exchange exchange) throws DinofsException {
    long number = handles.add(files.openDirectory(exchange.inode()));
    exchange.ifNotTaken(() -> files.releaseDirectory(handles.remove(number)));
    int flags = exchange.ticket().directoryFlags(exchange.inode());
    Answers.open(exchange.body(), number, flags);
  }

  private void read(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    DirectoryHandle handle = handles.get(request.getLong(0));
    ByteBuffer body = exchange.body(request.getInt(16));
    files.readDirectory(handle, request.getLong(8), new DirectoryPage(body));
  }

  private void readWithAttributes(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    DirectoryHandle handle = handles.get(request.getLong(0));
    ByteBuffer body = exchange.body(request.getInt(16));
    files.readDirectory(handle, request.getLong(8), new DirectoryPlusPage(exchange, body, files));
  }
}
