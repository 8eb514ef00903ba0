package io.dinofs.fuse.jnr;

import io.dinofs.fuse.AllocateModes;
import io.dinofs.fuse.Answers;
import io.dinofs.fuse.OpenFlags;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.fuse.OpenedContents;
import io.dinofs.model.Attributes;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.FileLocks;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.Created;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import io.dinofs.vfs.Privileges;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Requests about open files. */
final class FileRequests {
  /** A blob's key each, and little more. */
  private static final int MAX_OPENED_CONTENTS = 16_384;

  private final OpenedContents opened = new OpenedContents(MAX_OPENED_CONTENTS);
  private final FileSystem files;
  private final OpenHandles<FileHandle> handles;
  private final Optional<FileLocks> locks;
  private final BooleanSupplier mapsDirectFiles;

  /**
   * @param mapsDirectFiles see {@link OpenFlags#passesPages}
   */
  FileRequests(FileSystem files, OpenHandles<FileHandle> handles, BooleanSupplier mapsDirectFiles) {
    this.files = files;
    this.handles = handles;
    this.mapsDirectFiles = mapsDirectFiles;
    this.locks = files.locks();
  }

  void install(LowLevelOperations operations) {
    operations.create.set(this::create);
    operations.open.set(this::open);
    operations.read.set(this::read);
    operations.write.set(this::write);
    operations.flush.set(this::flush);
    operations.fsync.set(this::sync);
    operations.release.set(this::release);
    operations.fallocate.set(this::allocate);
  }

  private void create(long request, long parent, long name, int mode, long fileInfo) {
    Exchange.serve(
        "create",
        request,
        exchange -> {
          Set<OpenFlag> flags = OpenFlags.of(NativeLayouts.openFlags(fileInfo));
          InodeId directory = new InodeId(parent);
          exchange.require(request, (rules, caller) -> rules.add(caller, directory));
          Created created =
              files.create(
                  exchange.caller(request),
                  directory,
                  Exchange.name(name),
                  mode & Attributes.MODE_MASK,
                  flags);
          FileSystem.Node node = created.node();
          Answers.entry(exchange.answer(), node.inode(), node.attributes());
          long number = register(exchange, created.handle());
          Answers.open(exchange.answer(), number, answer(created.handle(), flags, false));
        });
  }

  private void open(long request, long inode, long fileInfo) {
    Exchange.serve(
        "open",
        request,
        exchange -> {
          int openFlags = NativeLayouts.openFlags(fileInfo);
          Set<OpenFlag> flags = OpenFlags.of(openFlags);
          InodeId file = new InodeId(inode);
          exchange.require(
              request,
              (rules, caller) -> rules.access(caller, file, OpenFlags.permissions(openFlags)));
          FileHandle handle = files.open(exchange.caller(request), file, flags);
          long number = register(exchange, handle);
          boolean isAsBefore =
              opened.isAsBefore(handle.inode(), files.getAttributes(handle).content());
          Answers.open(exchange.answer(), number, answer(handle, flags, isAsBefore));
        });
  }

  private int answer(FileHandle handle, Set<OpenFlag> flags, boolean pagesAreTrue)
      throws DinofsException {
    return OpenFlags.answer(files, handle, flags, pagesAreTrue, mapsDirectFiles.getAsBoolean());
  }

  private long register(Exchange exchange, FileHandle handle) {
    long number = handles.add(handle);
    exchange.ifNotTaken(() -> files.release(handles.remove(number)));
    return number;
  }

  private void read(long request, long inode, long size, long offset, long fileInfo) {
    Exchange.serve(
        "read",
        request,
        exchange -> {
          ByteBuffer answer = exchange.answer();
          answer.limit((int) Math.min(size, answer.capacity()));
          files.read(handles.get(NativeLayouts.handle(fileInfo)), answer, offset);
        });
  }

  private void write(long request, long inode, long data, long size, long offset, long fileInfo) {
    Exchange.serve(
        "write",
        request,
        exchange -> {
          FileHandle handle = handles.get(NativeLayouts.handle(fileInfo));
          int openFlags = NativeLayouts.openFlags(fileInfo);
          boolean ofMapping = NativeLayouts.isPageOfMapping(fileInfo);
          boolean append = OpenFlags.isAppend(openFlags) && !ofMapping;
          ByteBuffer source = exchange.data(data, size);
          // The kernel takes set-user-ID and its like away by itself before it writes to its pages.
          boolean drops =
              !ofMapping
                  && OpenFlags.passesPages(OpenFlags.of(openFlags), mapsDirectFiles.getAsBoolean())
                  && exchange.caller(request).uid() != 0;
          Privileges privileges = Privileges.dropIf(drops);
          int written =
              append
                  ? files.append(handle, source, privileges)
                  : files.writeAt(handle, source, offset, privileges);
          Answers.write(exchange.answer(), written);
        });
  }

  private void flush(long request, long inode, long fileInfo) {
    Exchange.serve(
        "flush",
        request,
        exchange -> {
          FileHandle handle = handles.get(NativeLayouts.handle(fileInfo));
          try {
            files.flush(handle);
          } finally {
            if (locks.isPresent()) {
              locks.get().closed(handle, NativeLayouts.lockOwner(fileInfo));
            }
          }
        });
  }

  private void sync(long request, long inode, int dataOnly, long fileInfo) {
    Exchange.serve(
        "fsync", request, exchange -> files.fsync(handles.get(NativeLayouts.handle(fileInfo))));
  }

  private void release(long request, long inode, long fileInfo) {
    Exchange.serve(
        "release",
        request,
        exchange -> files.release(handles.remove(NativeLayouts.handle(fileInfo))));
  }

  private void allocate(
      long request, long inode, int mode, long offset, long length, long fileInfo) {
    Exchange.serve(
        "fallocate",
        request,
        exchange ->
            files.allocate(
                exchange.caller(request),
                handles.get(NativeLayouts.handle(fileInfo)),
                AllocateModes.of(mode),
                offset,
                length));
  }
}
