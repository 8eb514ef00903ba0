package io.dinofs.client;

import io.dinofs.fuse.FuseMount;
import io.dinofs.model.DinofsException;
import io.dinofs.model.ErrorKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of the program: the mount is gone, or a signal wants it gone. A signal (TERM, INT, HUP)
 * unmounts; then everything goes the way that it goes when a user unmounts, and the exit code is
 * that of the way and not of the signal.
 */
final class Termination {
  private static final Logger log = LoggerFactory.getLogger(Termination.class);

  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  /** Completed when the mount has ended, or is not waited for any more. */
  private final CompletableFuture<Void> mountOver = new CompletableFuture<>();

  /** Guarded by this; null while there is no mount. */
  private FuseMount mount;

  /** Guarded by this. */
  private boolean stopping;

  /** Mounts. */
  @FunctionalInterface
  interface Mounting {
    FuseMount mount() throws DinofsException;
  }

  /** Begins to act on signals; to be called once. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "shutdown"));
  }

  /**
   * Mounts and waits until the mount is over.
   *
   * @throws DinofsException what mounting throws; CLOSED if a signal came first
   */
  void serve(Mounting mounting) throws DinofsException, InterruptedException {
    FuseMount mounted;
    synchronized (this) {
      if (stopping) {
        throw new DinofsException(ErrorKind.CLOSED, "told to end before the volume was mounted");
      }
      mounted = mounting.mount();
      mount = mounted;
    }
    Thread watch = new Thread(() -> watch(mounted), "mount-end");
    watch.setDaemon(true);
    watch.start();
    try {
      mountOver.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The program has done all it can; its process may end. */
  void finished(int code) {
    exitCode.complete(code);
  }

  private void watch(FuseMount watched) {
    try {
      watched.awaitEnd();
      mountOver.complete(null);
    } catch (InterruptedException e) {
      mountOver.completeExceptionally(e);
    }
  }

  /** Runs when the process was told to end, or ends by itself. */
  private void shutDown() {
    if (exitCode.isDone()) {
      return;
    }
    FuseMount mounted;
    synchronized (this) {
      stopping = true;
      mounted = mount;
    }
    if (mounted == null) {
      // Nothing was written; what an earlier run has not uploaded is kept for the next one.
      return;
    }
    unmount(mounted);
    // Ending with the code of the signal would tell a service manager that it failed.
    Runtime.getRuntime().halt(exitCode.join());
  }

  private void unmount(FuseMount mounted) {
    try {
      if (mounted.unmount()) {
        return;
      }
    } catch (DinofsException e) {
      log.error("{}; ending all the same", e.getMessage());
    }
    mountOver.complete(null);
  }
}
