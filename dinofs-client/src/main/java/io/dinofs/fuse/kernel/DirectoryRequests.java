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
  private final OpenHandles<OpenedDirectory> handles;
  private final CachePolicy policy;

  DirectoryRequests(FileSystem files, OpenHandles<OpenedDirectory> handles, CachePolicy policy) {
    this.files = files;
    this.handles = handles;
    this.policy = policy;
  }

  void install(RequestTable table) {
    table.handle(Opcode.OPENDIR, this::open);
    table.handle(Opcode.READDIR, this::read);
    table.handle(Opcode.READDIRPLUS, this::readWithAttributes);
    table.handle(Opcode.RELEASEDIR, exchange -> close(exchange.request().getLong(0)));
    // Every change of a directory is durable when it returns.
    table.handle(Opcode.FSYNCDIR, exchange -> {});
  }

  private void open(Exchange exchange) throws DinofsException {
    DirectoryHandle handle = files.openDirectory(exchange.inode());
    int flags = exchange.ticket().directoryFlags(exchange.inode());
    boolean listed = (flags & Answers.CACHE_DIRECTORY) != 0;
    long number = handles.add(new OpenedDirectory(handle, exchange.ticket().time(), listed));
    exchange.ifNotTaken(() -> close(number));
    Answers.open(exchange.body(), number, flags);
  }

  private void close(long number) throws DinofsException {
    OpenedDirectory directory = handles.remove(number);
    if (directory.listed()) {
      policy.directoryClosed(directory.inode());
    }
    files.releaseDirectory(directory.handle());
  }

  private OpenedDirectory directory(Exchange exchange) throws DinofsException {
    OpenedDirectory directory = handles.get(exchange.request().getLong(0));
    if (directory.listed()) {
      policy.directoryRead(directory.inode());
    }
    return directory;
  }

  private void read(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    DirectoryHandle handle = directory(exchange).handle();
    ByteBuffer body = exchange.body(request.getInt(16));
    files.readDirectory(handle, request.getLong(8), new DirectoryPage(body));
  }

  private void readWithAttributes(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    OpenedDirectory directory = directory(exchange);
    ByteBuffer body = exchange.body(request.getInt(16));
    files.readDirectory(
        directory.handle(),
        request.getLong(8),
        new DirectoryPlusPage(exchange, body, files, directory.openedAt()));
  }
}
