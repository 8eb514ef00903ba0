package io.dinofs.fuse.kernel;

import io.dinofs.fuse.Answers;
import io.dinofs.fuse.OpenFlags;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.fuse.Validity;
import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.Name;
import io.dinofs.vfs.FileLocks;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.Privileges;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** Requests about open files. */
final class FileRequests {
  /** A file that changes all the time is read as it was at some moment in between. */
  private static final int MAX_REREADS = 3;

  /** FUSE_OPEN_KILL_SUIDGID. */
  private static final int OPEN_DROPS_PRIVILEGES = 1;

  /** FUSE_WRITE_CACHE: the handle is any of the file's. */
  private static final int WRITE_PAGE_OF_MAPPING = 1;

  /** FUSE_WRITE_KILL_SUIDGID. */
  private static final int WRITE_DROPS_PRIVILEGES = 1 << 2;

  private final FileSystem files;
  private final OpenHandles<FileHandle> handles;
  private final Optional<FileLocks> locks;
  private final Optional<PassthroughFiles> passthrough;

  FileRequests(
      FileSystem files, OpenHandles<FileHandle> handles, Optional<PassthroughFiles> passthrough) {
    this.files = files;
    this.handles = handles;
    this.passthrough = passthrough;
    this.locks = files.locks();
  }

  void install(RequestTable table) {
    table.handle(Opcode.CREATE, this::create);
    table.handle(Opcode.TMPFILE, this::createUnnamed);
    table.handle(Opcode.OPEN, this::open);
    table.handle(Opcode.READ, this::read);
    table.handle(Opcode.WRITE, this::write);
    table.handle(Opcode.FLUSH, this::flush);
    table.handle(Opcode.FSYNC, exchange -> files.fsync(handle(exchange)));
    table.handle(Opcode.RELEASE, exchange -> release(exchange.request().getLong(0)));
  }

  /** All requests about an open file begin with the number of its handle. */
  private FileHandle handle(Exchange exchange) throws DinofsException {
    return handles.get(exchange.request().getLong(0));
  }

  private void create(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Set<OpenFlag> flags = flags(request, 12);
    Name name = request.name();
    Created created =
        files.create(
            exchange.caller(request.getInt(8)),
            exchange.inode(),
            name,
            request.getInt(4) & Attributes.MODE_MASK,
            flags);
    long number = register(exchange, created.handle());
    FileSystem.Node node = created.node();
    exchange.answerMade(name, node);
    answer(exchange, number, created.handle(), node.attributes(), flags);
  }

  /** The request is that of CREATE, with a name that means nothing. */
  private void createUnnamed(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Set<OpenFlag> flags = flags(request, 12);
    Created created =
        files.createUnnamed(
            exchange.caller(request.getInt(8)),
            exchange.inode(),
            request.getInt(4) & Attributes.MODE_MASK,
            flags);
    long number = register(exchange, created.handle());
    FileSystem.Node node = created.node();
    exchange.entry(exchange.body(), node, Validity.NONE);
    answer(exchange, number, created.handle(), node.attributes(), flags);
  }

  /**
   * @param openFlagsAt where FUSE_OPEN_* stand
   */
  private static Set<OpenFlag> flags(Request request, int openFlagsAt) {
    Set<OpenFlag> flags = OpenFlags.of(request.getInt(0));
    if ((request.getInt(openFlagsAt) & OPEN_DROPS_PRIVILEGES) != 0) {
      flags.add(OpenFlag.DROP_PRIVILEGES);
    }
    return flags;
  }

  private void open(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    Set<OpenFlag> flags = flags(request, 4);
    FileHandle handle = files.open(exchange.caller(0), exchange.inode(), flags);
    long number = register(exchange, handle);
    Attributes attributes = files.getAttributes(handle);
    answer(exchange, number, handle, attributes, flags);
  }

  private void flush(Exchange exchange) throws DinofsException {
    FileHandle handle = handle(exchange);
    try {
      files.flush(handle);
    } finally {
      if (locks.isPresent()) {
        locks.get().closed(handle, exchange.request().getLong(16));
      }
    }
  }

  private void answer(
      Exchange exchange, long number, FileHandle handle, Attributes attributes, Set<OpenFlag> flags)
      throws DinofsException {
    int plain = caching(exchange, handle, attributes, flags);
    if (passthrough.isEmpty()) {
      Answers.open(exchange.body(), number, plain);
      return;
    }
    if (flags.contains(OpenFlag.TRUNCATE)) {
      passthrough.get().changed(handle.inode());
    }
    PassthroughFiles.Grant grant = passthrough.get().opened(number, handle, flags, plain);
    Answers.open(exchange.body(), number, grant.flags(), grant.backingId());
  }

  private void release(long number) throws DinofsException {
    FileHandle handle = handles.remove(number);
    passthrough.ifPresent(it -> it.closed(number));
    files.release(handle);
  }

  /** What the kernel need not do for a file that is opened. */
  private int caching(
      Exchange exchange, FileHandle handle, Attributes attributes, Set<OpenFlag> flags)
      throws DinofsException {
    boolean pagesAreTrue = exchange.ticket().pagesAreTrue(handle.inode(), attributes);
    return OpenFlags.answer(files, handle, flags, pagesAreTrue, exchange.mapsDirectFiles());
  }

  private long register(Exchange exchange, FileHandle handle) {
    long number = handles.add(handle);
    exchange.ifNotTaken(() -> release(number));
    return number;
  }

  private void read(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    FileHandle handle = handle(exchange);
    exchange.ticket().locksPages(exchange.inode());
    ByteBuffer body = exchange.body(request.getInt(16));
    int start = body.position();
    long offset = request.getLong(8);
    files.read(handle, body, offset);
    for (int i = 0; i < MAX_REREADS && !exchange.ticket().held(exchange.inode()); i++) {
      // The kernel keeps it, and others read it who have seen what has changed meanwhile.
      exchange.ticket().begin(exchange.inode());
      body.position(start);
      files.read(handle, body, offset);
    }
  }

  private void write(Exchange exchange) throws DinofsException {
    Request request = exchange.request();
    FileHandle handle = handle(exchange);
    exchange.ticket().locksPages(exchange.inode());
    int writeFlags = request.getInt(20);
    Privileges privileges = Privileges.dropIf((writeFlags & WRITE_DROPS_PRIVILEGES) != 0);
    boolean append =
        OpenFlags.isAppend(request.getInt(32)) && (writeFlags & WRITE_PAGE_OF_MAPPING) == 0;
    ByteBuffer data = request.data(request.getInt(16));
    int written =
        append
            ? files.append(handle, data, privileges)
            : files.writeAt(handle, data, request.getLong(8), privileges);
    if (passthrough.isPresent()) {
      long from = append ? Long.MAX_VALUE : request.getLong(8);
      passthrough.get().changed(handle.inode(), from, append ? 0 : from + written);
    }
    Answers.write(exchange.body(), written);
  }
}
