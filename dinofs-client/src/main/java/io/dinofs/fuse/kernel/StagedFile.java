package io.dinofs.fuse.kernel;

import io.dinofs.fuse.linux.MemoryFile;
import io.dinofs.model.DinofsException;
import io.dinofs.model.InodeId;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of one file in memory, where the kernel reads them by itself. It is changed in place
 * when the file changes, so that whoever has it open sees that. Safe for any number of threads; one
 * refreshes it at a time, and its lock is held while the contents are read.
 */
final class StagedFile implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(StagedFile.class);

  /** A file that grows beyond this while it is open is not followed any further. */
  static final long MAX_BYTES = 64L << 20;

  private static final int PIECE_BYTES = 128 << 10;

  private static final ThreadLocal<NativeBuffer> PIECES =
      ThreadLocal.withInitial(() -> NativeBuffer.allocate(PIECE_BYTES, 0));

  private final FileSystem files;
  private final BackingFiles backing;
  private final int id;

  /** Guarded by this. */
  private final FileHandle handle;

  /** Guarded by this. */
  private final MemoryFile memory;

  /** Whether it was filled, or failed to be, for the first time. Guarded by this. */
  private boolean begun;

  /** Whether it has all that was known when it was refreshed last. Guarded by this. */
  private boolean current;

  /** Guarded by this. */
  private boolean closed;

  private StagedFile(
      FileSystem files, BackingFiles backing, FileHandle handle, MemoryFile memory, int id) {
    this.files = files;
    this.backing = backing;
    this.handle = handle;
    this.memory = memory;
    this.id = id;
  }

  /**
   * An empty one.
   *
   * @throws DinofsException NOT_SUPPORTED, IO; as {@link FileSystem#open}
   */
  static StagedFile create(FileSystem files, BackingFiles backing, InodeId inode)
      throws DinofsException {
    MemoryFile memory = MemoryFile.create("dinofs-" + inode.value(), MAX_BYTES);
    int id = 0;
    try {
      id = backing.register(memory.fd());
      FileHandle handle = files.open(Caller.ROOT, inode, Set.of(OpenFlag.READ));
      return new StagedFile(files, backing, handle, memory, id);
    } catch (DinofsException e) {
      if (id > 0) {
        backing.unregister(id);
      }
      memory.close();
      throw e;
    }
  }

  /** As the kernel knows it. */
  int id() {
    return id;
  }

  /**
   * Fills it if nobody has yet.
   *
   * @return whether it has the file's contents
   */
  synchronized boolean prepare() {
    return begun ? current : refresh();
  }

  /** All of it may have changed. Returns whether it has the file's contents. */
  synchronized boolean refresh() {
    return refresh(0, Long.MAX_VALUE);
  }

  /**
   * Bytes may have changed from {@code from} to {@code to}, and its size; also after it was closed.
   *
   * @return whether it has the file's contents
   */
  synchronized boolean refresh(long from, long to) {
    if (closed) {
      return true;
    }
    boolean before = current || !begun;
    begun = true;
    try {
      copy(current ? from : 0, current ? to : Long.MAX_VALUE);
      current = true;
    } catch (DinofsException e) {
      current = false;
      if (before) {
        log.warn(
            "inode {} is open with passthrough and cannot follow a change: {}",
            handle.inode(),
            e.getMessage());
      }
    }
    return current;
  }

  private void copy(long from, long to) throws DinofsException {
    long size = files.getAttributes(handle).size();
    long end = size > memory.size() ? size : Math.min(to, size);
    long position = Math.min(from, memory.size());
    if (size < memory.size()) {
      memory.truncate(size);
    }
    NativeBuffer piece = PIECES.get();
    while (position < end) {
      ByteBuffer target = piece.bytes().clear();
      target.limit((int) Math.min(target.capacity(), end - position));
      int read = files.read(handle, target, position);
      if (read == 0) {
        return; // it was cut off meanwhile, and whoever has done it refreshes this after
      }
      memory.write(piece.address(), read, position);
      position += read;
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    backing.unregister(id);
    memory.close();
    try {
      files.release(handle);
    } catch (DinofsException e) {
      log.warn("inode {} cannot be closed: {}", handle.inode(), e.getMessage());
    }
  }
}
