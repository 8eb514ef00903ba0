package io.dinofs.fuse;

import io.dinofs.model.DinofsException;
import io.dinofs.vfs.FileLocks;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Requests for locks that the kernel waits for. None holds a thread: each is answered when the lock
 * is granted, refused, or the kernel says that the process was interrupted. Safe for any number of
 * threads.
 */
public final class LockWaits {
  /** More than there are threads between reading a request and beginning with it. */
  private static final int MAX_EARLY = 256;

  private final ConcurrentMap<Long, Wait> waits = new ConcurrentHashMap<>();
  private boolean closed; // guarded by this

  /** Interrupts of requests that nobody had begun with, oldest first. Guarded by this. */
  private final Set<Long> early = new LinkedHashSet<>();

  /**
   * Begins to wait; the request is answered from now on by nobody else.
   *
   * @param request what the frontend calls it
   * @param reply answers the request with {@link Errno#OK} or another
   * @param announce called first: from then on {@link #interrupt} may come
   * @param begin asks for the lock
   */
  public void start(
      long request,
      IntConsumer reply,
      Runnable announce,
      Function<FileLocks.Answer, FileLocks.Waiting> begin) {
    Wait wait = new Wait(request, reply);
    waits.put(request, wait);
    announce.run();
    try {
      wait.began(begin.apply(wait));
    } catch (RuntimeException e) {
      wait.finish(
          Guard.run(
              "setlk",
              () -> {
                throw e;
              }));
    }
  }

  /**
   * As {@link #interrupt}, and if nobody waits yet, {@link #interruptIfEarly} will know: for
   * frontends whose requests never have the same name.
   */
  public void interruptNowOrLater(long request) {
    // First this, so that a wait that begins just now finds it here or is found below.
    synchronized (this) {
      if (early.size() >= MAX_EARLY) {
        early.remove(early.iterator().next());
      }
      early.add(request);
    }
    interrupt(request);
  }

  /** Interrupts the request if that was asked for before it began to wait. */
  public void interruptIfEarly(long request) {
    boolean wasEarly;
    synchronized (this) {
      wasEarly = early.remove(request);
    }
    if (wasEarly) {
      interrupt(request);
    }
  }

  /** The process that waits was interrupted; nothing happens if the request is answered. */
  public void interrupt(long request) {
    Wait wait = waits.get(request);
    if (wait != null) {
      wait.cancel();
    }
  }

  /** Answers nothing from now on: there is nobody any more to answer to. */
  public synchronized void close() {
    closed = true;
  }

  private synchronized void answer(IntConsumer reply, int errno) {
    if (!closed) {
      reply.accept(errno);
    }
  }

  /** One request. */
  private final class Wait implements FileLocks.Answer {
    private final long request;
    private final IntConsumer reply;
    private FileLocks.Waiting waiting; // guarded by this
    private boolean cancelled; // guarded by this

    Wait(long request, IntConsumer reply) {
      this.request = request;
      this.reply = reply;
    }

    void began(FileLocks.Waiting begun) {
      synchronized (this) {
        waiting = begun;
        if (!cancelled) {
          return;
        }
      }
      begun.cancel();
    }

    void cancel() {
      FileLocks.Waiting begun;
      synchronized (this) {
        cancelled = true;
        begun = waiting;
      }
      if (begun != null) {
        begun.cancel();
      }
    }

    @Override
    public void granted() {
      finish(Errno.OK);
    }

    @Override
    public void refused(DinofsException reason) {
      finish(
          Guard.run(
              "setlk",
              () -> {
                throw reason;
              }));
    }

    void finish(int errno) {
      if (waits.remove(request, this)) {
        answer(reply, errno);
      }
    }
  }
}
