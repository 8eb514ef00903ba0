package io.dinofs.fuse.jnr;

import io.dinofs.fuse.FuseMount;
import io.dinofs.fuse.MountOptions;
import io.dinofs.fuse.MountPoint;
import io.dinofs.fuse.MountSystem;
import io.dinofs.fuse.OpenHandles;
import io.dinofs.fuse.RequestThreads;
import io.dinofs.fuse.linux.CStrings;
import io.dinofs.fuse.linux.Native;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import io.dinofs.vfs.FileSystem;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.Struct;

/** Mounts a volume through libfuse 2. */
public final class JnrFuseMount {
  private JnrFuseMount() {}

  /**
   * Mounts {@code files}. When it returns the mount is usable. Does not close {@code files}.
   *
   * @throws DinofsException NOT_SUPPORTED if libfuse is missing; IO if it did not mount, and has
   *     written why to stderr
   */
  public static FuseMount mount(
      FileSystem files, MountPoint mountPoint, MountOptions options, MountSystem system)
      throws DinofsException {
    LibFuse fuse = LibFuseLoader.load();
    AtomicBoolean mapsDirectFiles = new AtomicBoolean();
    Squashing squashing = new Squashing(options.squash(), files);
    Handlers handlers = handlersOf(fuse, files, squashing, mapsDirectFiles);
    Arguments arguments = new Arguments("dinofs", "-o", options.toMountString());
    long channel = fuse.fuse_mount(Native.cString(mountPoint.path()), arguments.address());
    if (channel == 0) {
      throw new DinofsException(
          ErrorKind.IO,
          "cannot mount on " + mountPoint.path() + ": libfuse refused, its reason is in the log");
    }
    try {
      Session session = newSession(fuse, handlers, arguments, channel, mapsDirectFiles);
      RequestThreads threads = session.start(options.observer());
      awaitInitialized(session, mountPoint);
      return new FuseMount(mountPoint, system, threads);
    } catch (DinofsException e) {
      system.detach(mountPoint.path());
      throw e;
    } finally {
      Reference.reachabilityFence(arguments);
    }
  }

  /**
   * What requests are handled by.
   *
   * @param squashing whom requests are of
   * @param beforeEnd called before libfuse's session goes
   */
  private record Handlers(LowLevelOperations operations, Squashing squashing, Runnable beforeEnd) {}

  private static Handlers handlersOf(
      LibFuse fuse, FileSystem files, Squashing squashing, AtomicBoolean mapsDirectFiles) {
    OpenHandles<FileSystem.FileHandle> openFiles = new OpenHandles<>(FileSystem.FileHandle::inode);
    OpenHandles<FileSystem.DirectoryHandle> openDirectories =
        new OpenHandles<>(FileSystem.DirectoryHandle::inode);
    LowLevelOperations operations = new LowLevelOperations();
    new NamespaceRequests(files).install(operations);
    new AttributeRequests(files, openFiles).install(operations);
    new FileRequests(files, openFiles, mapsDirectFiles::get).install(operations);
    new DirectoryRequests(files, openDirectories).install(operations);
    new XattrRequests(files).install(operations);
    squashing.install(operations);
    if (files.locks().isEmpty()) {
      return new Handlers(operations, squashing, () -> {});
    }
    LockRequests locks = new LockRequests(fuse, files.locks().get(), openFiles);
    locks.install(operations);
    return new Handlers(operations, squashing, locks::close);
  }

  private static Session newSession(
      LibFuse fuse,
      Handlers handlers,
      Arguments arguments,
      long channel,
      AtomicBoolean mapsDirectFiles)
      throws DinofsException {
    LowLevelOperations operations = handlers.operations();
    long session =
        fuse.fuse_lowlevel_new(
            arguments.address(), operations.address(), Struct.size(operations), 0);
    if (session == 0) {
      throw new DinofsException(
          ErrorKind.IO, "libfuse did not take the options, its reason is in the log");
    }
    fuse.fuse_session_add_chan(session, channel);
    int fd = fuse.fuse_chan_fd(channel);
    InitChannel initChannel = new InitChannel(fuse, fd, Exchange.requestBytes(), mapsDirectFiles);
    Session.Addresses addresses = new Session.Addresses(session, channel, fd, operations);
    return new Session(fuse, addresses, initChannel, handlers.squashing(), handlers.beforeEnd());
  }

  private static void awaitInitialized(Session session, MountPoint mountPoint)
      throws DinofsException {
    try {
      if (!session.awaitInitialized(FuseMount.FIRST_REQUEST_LIMIT)) {
        throw new DinofsException(
            ErrorKind.IO, "the kernel does not use the mount on " + mountPoint.path());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DinofsException(ErrorKind.INTERRUPTED, "interrupted while mounting", e);
    }
  }

  /** {@code struct fuse_args}; libfuse replaces the strings with copies of its own. */
  private static final class Arguments {
    private static final int POINTER_BYTES = 8;

    private final ByteBuffer args = Native.allocate(3 * POINTER_BYTES);
    private final CStrings strings;

    Arguments(String... arguments) {
      strings = new CStrings(List.of(arguments));
      args.putInt(0, strings.count());
      args.putLong(POINTER_BYTES, strings.address());
    }

    long address() {
      return Native.addressOf(args);
    }
  }
}
