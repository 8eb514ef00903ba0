package io.dinofs.client.control;

import io.dinofs.client.control.ControlSocket.Sink;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.model.FileType;
import io.dinofs.model.InodeId;
import io.dinofs.model.Manifest;
import io.dinofs.vfs.Caller;
import io.dinofs.vfs.FileSystem;
import io.dinofs.vfs.FileSystem.DirectoryHandle;
import io.dinofs.vfs.FileSystem.FileHandle;
import io.dinofs.vfs.FileSystem.OpenFlag;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Brings the contents of files and of whole directories to this node, several files at once. */
final class Warming {
  private static final int THREADS = 8;
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final Set<OpenFlag> READ = EnumSet.of(OpenFlag.READ);

  private final FileSystem files;
  private final Sink sink;

  private final List<InodeId> found = new ArrayList<>();
  private final Set<InodeId> seen = new HashSet<>();
  private final AtomicLong doneBytes = new AtomicLong();
  private long totalBytes;
  private long doneFiles;
  private long toldNanos = System.nanoTime();

  Warming(FileSystem files, Sink sink) {
    this.files = files;
    this.sink = sink;
  }

  /**
   * Fetches, and tells how far it is.
   *
   * @throws DinofsException CLOSED if nobody listens any more
   */
  void run(List<InodeId> roots) throws DinofsException {
    String failure = null;
    try {
      for (InodeId root : roots) {
        find(root);
      }
      fetch();
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.CLOSED) {
        throw e;
      }
      failure = e.getMessage();
    }
    sink.tell(progress(true, failure));
  }

  private void find(InodeId root) throws DinofsException {
    Deque<InodeId> directories = new ArrayDeque<>();
    found(root, files.getAttributes(root).type(), directories);
    while (!directories.isEmpty()) {
      list(directories.removeFirst(), directories);
    }
  }

  private void found(InodeId inode, FileType type, Deque<InodeId> directories)
      throws DinofsException {
    if (type == FileType.DIRECTORY && seen.add(inode)) {
      directories.add(inode);
    } else if (type == FileType.REGULAR && seen.add(inode)) {
      found.add(inode);
      totalBytes += bytes(inode);
      tell();
    }
  }

  /** What is no hole of a file. One that is removed meanwhile needs no fetch. */
  private long bytes(InodeId inode) throws DinofsException {
    try {
      return files.getAttributes(inode).allocated();
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.STALE_HANDLE) {
        return 0;
      }
      throw e;
    }
  }

  private void list(InodeId directory, Deque<InodeId> directories) throws DinofsException {
    record Entry(InodeId inode, FileType type) {}

    List<Entry> entries = new ArrayList<>();
    DirectoryHandle handle = files.openDirectory(directory);
    try {
      files.readDirectory(
          handle,
          0,
          (name, inode, type, next) -> {
            String text = name.toUtf8();
            if (!text.equals(".") && !text.equals("..")) {
              entries.add(new Entry(inode, type));
            }
            return true;
          });
    } finally {
      files.releaseDirectory(handle);
    }
    for (Entry entry : entries) {
      found(entry.inode(), entry.type(), directories);
    }
  }

  private void fetch() throws DinofsException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      ExecutorCompletionService<Void> fetches = new ExecutorCompletionService<>(threads);
      found.forEach(inode -> fetches.submit(() -> fetch(inode)));
      while (doneFiles < found.size()) {
        Future<Void> fetched = fetches.poll(TELL_NANOS, TimeUnit.NANOSECONDS);
        if (fetched != null) {
          fetched.get();
          doneFiles++;
        }
        tell();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof DinofsException known
          ? known
          : new DinofsException(ErrorKind.IO, e.getCause().toString(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** A byte of each chunk brings the chunk. */
  private Void fetch(InodeId inode) throws DinofsException {
    FileHandle handle;
    try {
      handle = files.open(Caller.ROOT, inode, READ);
    } catch (DinofsException e) {
      if (e.kind() == ErrorKind.STALE_HANDLE) {
        return null;
      }
      throw e;
    }
    try {
      long size = files.getAttributes(handle).size();
      ByteBuffer one = ByteBuffer.allocate(1);
      // Holes are left out: a file of 2^63 bytes need not have any.
      OptionalLong data = files.nextData(handle, 0);
      while (data.isPresent()) {
        long at = data.getAsLong() - data.getAsLong() % Manifest.CHUNK_BYTES;
        int unused = files.read(handle, one.clear(), at);
        long left = size - at;
        doneBytes.addAndGet(Math.min(Manifest.CHUNK_BYTES, left));
        data =
            left > Manifest.CHUNK_BYTES
                ? files.nextData(handle, at + Manifest.CHUNK_BYTES)
                : OptionalLong.empty();
        if (Thread.currentThread().isInterrupted()) {
          throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted");
        }
      }
      return null;
    } finally {
      files.release(handle);
    }
  }

  private void tell() throws DinofsException {
    long now = System.nanoTime();
    if (now - toldNanos > TELL_NANOS) {
      toldNanos = now;
      sink.tell(progress(false, null));
    }
  }

  private WarmProgress progress(boolean done, String failure) {
    return new WarmProgress(doneFiles, found.size(), doneBytes.get(), totalBytes, done, failure);
  }
}
