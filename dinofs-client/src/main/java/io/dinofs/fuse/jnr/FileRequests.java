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
   * @param mapsDirectFiles see {@link OpenFlags#ofWrites}
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
          Created created =
              files.create(
                  exchange.caller(request),
                  new InodeId(parent),
                  Exchange.name(name),
                  mode & Attributes.MODE_MASK,
                  flags);
          FileSystem.Node node = created.node();
          Answers.entry(exchange.answer(), node.inode(), node.attributes());
          long number = register(exchange, created.handle());
          Answers.open(exchange.answer(), number, ofWrites(flags));
        });
  }

  private void open(long request, long inode, long fileInfo) {
    Exchange.serve(
        "open",
        request,
        exchange -> {
          Set<OpenFlag> flags = OpenFlags.of(NativeLayouts.openFlags(fileInfo));
          FileHandle handle = files.open(exchange.caller(request), new InodeId(inode), flags);
          long number = register(exchange, handle);
          Answers.open(exchange.answer(), number, caching(handle, flags));
        });
  }

  /** What the kernel need not do for a file that is opened. */
  private int caching(FileHandle handle, Set<OpenFlag> flags) throws DinofsException {
    // With a flush the kernel says that a process has closed it, and with that given up its locks.
    int openFlags = flags.contains(OpenFlag.WRITE) || locks.isPresent() ? 0 : Answers.NO_FLUSH;
    InodeId inode = handle.inode();
    boolean isAsBefore = opened.isAsBefore(inode, files.getAttributes(handle).content());
    if (isAsBefore && !files.isReadNoted(handle)) { // of its pages the kernel reads untold
      openFlags |= Answers.KEEP_CACHE;
    }
    return openFlags | ofWrites(flags);
  }

  private int ofWrites(Set<OpenFlag> flags) {
    return OpenFlags.ofWrites(flags, mapsDirectFiles.getAsBoolean());
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
          boolean append =
              OpenFlags.isAppend(NativeLayouts.openFlags(fileInfo))
                  && !NativeLayouts.isPageOfMapping(fileInfo);
          ByteBuffer source = exchange.data(data, size);
          // The kernel takes set-user-ID and its like away by itself before it writes to its pages,
          // which files that are appended to go without.
          boolean privileged = exchange.caller(request).uid() == 0;
          int written =
              append
                  ? files.append(handle, source, Privileges.dropIf(!privileged))
                  : files.writeAt(handle, source, offset, Privileges.KEEP);
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
